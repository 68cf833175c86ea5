/**
 * Strict parsing of compact JWS (RFC 7515 §7.1): input that two parsers could read differently is
 * rejected. Used for handoff assertions, client authentication and security events.
 */
import { compactVerify, importJWK } from 'jose'

export const maxJwsBytes = 8 * 1024

/** Header parameters that carry a key, or change what is signed or how it is read. */
export const forbiddenHeaders = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64', 'zip']

export interface Jws {
  readonly compact: string
  readonly header: Readonly<Record<string, unknown>>
  /** Unverified until `verifySignature` returns true. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Whether an object in the payload contains a member twice, at any depth. */
  readonly hasDuplicateMembers: boolean
}

/**
 * Parses a compact JWS whose payload is a JSON object.
 * @returns null unless all three parts are canonical base64url, header and payload are UTF-8 JSON
 *   objects, and the header has no duplicate member
 */
export function parseJws(compact: string): Jws | null {
  const parts = splitCompactJws(compact)
  const payload = parts && jsonObject(parts.payload)
  return (
    parts &&
    payload && {
      compact,
      header: parts.header,
      claims: payload.value,
      hasDuplicateMembers: hasDuplicateMembers(payload.text),
    }
  )
}

/** Splits a compact JWS and parses its header; the payload may be anything. */
export function splitCompactJws(
  compact: string,
): { header: Record<string, unknown>; payload: string } | null {
  if (compact.length > maxJwsBytes) return null
  const [headerPart, payload, signature, ...rest] = compact.split('.')
  if (headerPart === undefined || payload === undefined || signature === undefined) return null
  if (rest.length > 0 || ![headerPart, payload, signature].every(isCanonicalBase64url)) return null
  const header = jsonObject(headerPart)
  return header && !hasDuplicateMembers(header.text) ? { header: header.value, payload } : null
}

/** @param key a registered key; no algorithm but its own is tried */
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

/** Needed because `JSON.parse` silently keeps the last duplicate. The JSON must be well-formed. */
function hasDuplicateMembers(json: string): boolean {
  const openObjects: Set<string>[] = []
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') openObjects.push(new Set())
    else if (token === '}') openObjects.pop()
    else if (name !== undefined) {
      const members = openObjects.at(-1)
      const member: string = JSON.parse(name)
      if (members?.has(member)) return true
      members?.add(member)
    }
  }
  return false
}
