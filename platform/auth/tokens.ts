/** Tokens of sessions and for the API, and handoff codes: `{tenantId}.{secret}`, the tenant in clear so that one shard can be asked, the secret kept as a hash only. */
import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '../postgres/database.ts'

export interface Token {
  tenantId: string
  /** SHA-256 of the whole token, base64url. The secret has 256 bits, so a plain hash hides it. */
  hash: string
}

export function newToken(tenantId: string): { token: string; hash: string } {
  const token = `${tenantId}.${randomBytes(32).toString('base64url')}`
  return { token, hash: sha256(token) }
}

/** Null for what is no token of ours at first sight. */
export function parseToken(token: string): Token | null {
  const [tenantId = '', secret = '', ...rest] = token.split('.')
  return isUuid(tenantId) && /^[\w-]{43}$/.test(secret) && rest.length === 0
    ? { tenantId, hash: sha256(token) }
    : null
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')
