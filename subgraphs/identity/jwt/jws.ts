/**
 * Parses a compact JWS strictly (RFC 7515 §7.1). Rejects input that two parsers could interpret
 * differently. Handoff assertions, client assertions and security events use this parser.
 */
import { compactVerify, importJWK } from 'jose'

export const maxJwsBytes = 8 * 1024

/**
 * The forbidden JWS header parameters. These parameters contain a key, or change how the JWS is
 * parsed or verified.
 */
export const forbiddenHeaders = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64', 'zip']

export interface Jws {
  readonly compact: string
  readonly header: Readonly<Record<string, unknown>>
  /** The claims in the payload. Do not trust these claims before `verifySignature` returns true. */
  readonly claims: Readonly<Record<string, unknown>>
  /** True if the payload contains a JSON object with a duplicate member, at any depth. */
  readonly hasDuplicateMembers: boolean
}

/**
 * Parses a compact JWS whose payload is a JSON object.
 * @returns null unless all three parts are canonical base64url, the header and the payload are
 *   UTF-8 JSON objects, and the header has no duplicate members
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
 * Splits a compact JWS and parses its header. Returns the payload in base64url, without parsing it.
 * @returns null if the format or the header is invalid
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
 * Verifies the signature of a JWS. Accepts only the algorithm of the key (`key.alg`), which can
 * have two names.
 */
export async function verifySignature(
  { compact }: Pick<Jws, 'compact'>,
  key: { alg: string; publicJwk: Record<string, unknown> },
): Promise<boolean> {
  const algorithms = key.alg === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [key.alg]
  try {
    await compactVerify(compact, await importJWK(key.publicJwk, key.alg), { algorithms })
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
 * Returns true if an object in well-formed JSON contains a duplicate member. `JSON.parse` cannot be
 * used for this check, because it keeps only the last duplicate.
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
