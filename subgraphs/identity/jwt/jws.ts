/**
 * Parses compact JWS strictly (RFC 7515 §7.1): rejects input that two parsers could interpret
 * differently. Handoff assertions, client authentication and security events use it.
 */
import { compactVerify, importJWK } from 'jose'

export const maxJwsBytes = 8 * 1024

/** Header parameters that contain a key, or change what is signed or how it is parsed. */
export const forbiddenHeaders = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64', 'zip']

export interface Jws {
  readonly compact: string
  readonly header: Readonly<Record<string, unknown>>
  /** The claims. They are not verified until `verifySignature` returns true. */
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

/**
 * Splits a compact JWS and parses its header. The payload is returned in base64url and not parsed.
 * @returns null if the format or the header is not valid
 */
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

/**
 * Verifies the signature of a JWS.
 * @param key a registered key; the only algorithm that is accepted is `key.alg`
 */
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

/**
 * Whether an object in well-formed JSON contains a member twice. `JSON.parse` does not detect it:
 * it keeps only the last value.
 */
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
