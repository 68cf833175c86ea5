/**
 * Compact JWS (RFC 7515, section 7.1) read strictly: what two readers could understand differently is not accepted.
 * Shared by the assertion of a handoff, the authentication of a partner client, and security events.
 */
import { compactVerify, importJWK } from 'jose'

export const maxJwsBytes = 8 * 1024

/** Header parameters that bring a key along, or change what is signed or how it is read: never taken. */
export const ambiguousHeaders = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64', 'zip']

export interface Jws {
  compact: string
  header: Record<string, unknown>
  /** Not verified until `verifySignature` says so. */
  claims: Record<string, unknown>
  /** Whether the payload names a member twice, at any depth. */
  repeatsMember: boolean
}

/** Null unless it is three parts of canonical base64url, the first two JSON objects in UTF-8, the header without repeated members. */
export function parseJws(compact: string): Jws | null {
  const parts = strictParts(compact)
  const payload = parts && jsonObject(parts.payload)
  return (
    parts &&
    payload && {
      compact,
      header: parts.header,
      claims: payload.value,
      repeatsMember: repeatsMember(payload.text),
    }
  )
}

/** The outer form alone, whatever the payload is. */
export function strictParts(
  compact: string,
): { header: Record<string, unknown>; payload: string } | null {
  if (compact.length > maxJwsBytes) return null
  const parts = compact.split('.')
  if (parts.length !== 3 || !parts.every(isCanonicalBase64url)) return null
  const header = jsonObject(parts[0]!)
  return header && !repeatsMember(header.text) ? { header: header.value, payload: parts[1]! } : null
}

/** @param key a registered key: only its algorithm is tried. */
export async function verifySignature(
  { compact }: Pick<Jws, 'compact'>,
  key: { alg: string; publicJwk: Record<string, unknown> },
): Promise<boolean> {
  try {
    await compactVerify(compact, await importJWK(key.publicJwk, key.alg), { algorithms: [key.alg] })
    return true
  } catch {
    return false
  }
}

function isCanonicalBase64url(part: string): boolean {
  return /^[\w-]+$/.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part
}

function jsonObject(part: string): { text: string; value: Record<string, unknown> } | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(part, 'base64url'),
    )
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { text, value: value as Record<string, unknown> }
      : null
  } catch {
    return null
  }
}

/** Whether an object in this JSON, which is known to be well-formed, names a member twice. `JSON.parse` would keep the last and say nothing. */
function repeatsMember(json: string): boolean {
  const open: Set<string>[] = []
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (name !== undefined) {
      const members = open.at(-1)!
      const member: string = JSON.parse(name)
      if (members.has(member)) return true
      members.add(member)
    }
  }
  return false
}
