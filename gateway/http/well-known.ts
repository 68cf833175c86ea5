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

export interface SecurityContact {
  /** URIs, in the order of preference. Empty if the operator has not configured a contact. */
  contacts: string[]
  /** The time after which the contacts must not be used, in the format of RFC 3339. */
  expires: string | undefined
}

export const isExpired = ({ expires }: SecurityContact): boolean =>
  expires !== undefined && Date.parse(expires) <= Date.now()

/** Serves `/.well-known/security.txt` (RFC 9116), unless it is not configured or has expired. */
export const securityTxt =
  (contact: SecurityContact, publicUrl: string): RequestHandler =>
  (_request, response, next) => {
    const { contacts, expires } = contact
    if (contacts.length === 0 || expires === undefined || isExpired(contact)) return next()
    const fields = [
      ...contacts.map((uri) => `Contact: ${uri}`),
      `Expires: ${expires}`,
      `Canonical: ${publicUrl}/.well-known/security.txt`,
    ]
    response.type('text/plain').send(`${fields.join('\n')}\n`)
  }
