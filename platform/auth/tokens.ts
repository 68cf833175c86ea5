/**
 * Session tokens, API tokens and handoff codes have the format `{tenantId}.{secret}`. The tenant ID
 * selects the tenant in which the token is looked up. The secret has 256 bits, and only the hash of
 * the whole token is stored.
 */
import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '../lib/uuid.ts'

export interface Token {
  tenantId: string
  /**
   * SHA-256 of the whole token in base64url. A slow password hash is unnecessary, because the
   * secret has 256 random bits.
   */
  hash: string
}

export function newToken(tenantId: string): { token: string; hash: string } {
  const token = `${tenantId}.${randomBytes(32).toString('base64url')}`
  return { token, hash: sha256(token) }
}

/**
 * Parses a token, and returns null if its format is wrong. Does not check whether the token exists.
 */
export function parseToken(token: string): Token | null {
  const [tenantId = '', secret = '', ...rest] = token.split('.')
  return isUuid(tenantId) && /^[\w-]{43}$/.test(secret) && rest.length === 0
    ? { tenantId, hash: sha256(token) }
    : null
}

/** SHA-256 in base64url. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')
