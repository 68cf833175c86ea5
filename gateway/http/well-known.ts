import type { RequestHandler } from 'express'

/** `/.well-known/it-complete-login`: where partners' software finds endpoints and limits. */
export const discovery =
  (document: Record<string, unknown>): RequestHandler =>
  (_request, response) => {
    response.json(document)
  }

/**
 * `/.well-known/activity-log-keys`: the keys that verify exports of the Activity Log.
 * @param keys verifier keys in the format of C2SP signed notes
 */
export function activityLogKeys(keys: string[]): RequestHandler {
  const body = keys.map((key) => `${key}\n`).join('')
  return (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').type('text/plain').send(body)
  }
}
