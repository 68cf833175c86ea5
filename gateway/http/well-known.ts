import type { RequestHandler } from 'express'

/**
 * Serves `/.well-known/it-complete-login`, which lists the endpoints and limits for partners'
 * software. The name is not registered with IANA (RFC 8615 §3.1).
 */
export const discovery =
  (document: Record<string, unknown>): RequestHandler =>
  (_request, response) => {
    response.json(document)
  }

/**
 * Serves `/.well-known/activity-log-keys`, which lists the public keys that verify exports of the
 * Activity Log. The name is not registered with IANA (RFC 8615 §3.1).
 * @param keys verifier keys in the format of C2SP signed notes
 */
export function activityLogKeys(keys: string[]): RequestHandler {
  const body = keys.map((key) => `${key}\n`).join('')
  return (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').type('text/plain').send(body)
  }
}
