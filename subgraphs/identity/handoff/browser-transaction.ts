/**
 * A browser's transaction: `GET /connect` starts it, and only the same browser can redeem the code
 * that is made for it. The browser keeps the secret in an encrypted cookie; the partner gets only
 * the secret's hash, encrypted, as `txn`.
 */
import { randomBytes } from 'node:crypto'
import { sha256 } from '../../../platform/auth/tokens.ts'
import type { StateCipher } from '../jwt/encrypted-state.ts'

const transactionLifetimeSeconds = 600

/** The partner instance and tenant for which a transaction was started. */
interface TransactionScope {
  clientId: string
  tenantId: string
}

/** The content of `txn`. */
export interface BrowserTransaction extends TransactionScope {
  /** SHA-256 of the secret in the browser's cookie, base64url. */
  secretHash: string
}

type TransactionCookie = TransactionScope & { secret: string }

export interface StartedTransaction {
  cookie: string
  txn: string
  lifetimeSeconds: number
}

/**
 * Starts a transaction, or extends the one in the browser's cookie, so that a second click does not
 * invalidate the first.
 * @param cookie the browser's transaction cookie, if it sent one
 */
export async function startTransaction(
  stateCipher: StateCipher,
  { clientId, tenantId }: TransactionScope,
  cookie: string | undefined,
): Promise<StartedTransaction> {
  const previous = cookie ? await readCookie(stateCipher, cookie) : null
  const isSame = previous?.clientId === clientId && previous.tenantId === tenantId
  const secret = isSame ? previous.secret : randomBytes(32).toString('base64url')
  return {
    cookie: await stateCipher.encrypt(
      'handoff transaction cookie',
      { clientId, tenantId, secret },
      transactionLifetimeSeconds,
    ),
    txn: await stateCipher.encrypt(
      'handoff transaction',
      { clientId, tenantId, secretHash: sha256(secret) },
      transactionLifetimeSeconds,
    ),
    lifetimeSeconds: transactionLifetimeSeconds,
  }
}

/** @returns null if `txn` was not made by this service, or is older than 10 minutes */
export const openTransaction = (
  stateCipher: StateCipher,
  txn: string,
): Promise<BrowserTransaction | null> => stateCipher.decrypt('handoff transaction', txn)

/** @returns SHA-256 of the secret in the cookie, base64url; null if there is no valid cookie */
export async function transactionHash(
  stateCipher: StateCipher,
  cookie: string | undefined,
): Promise<string | null> {
  const content = cookie ? await readCookie(stateCipher, cookie) : null
  return content ? sha256(content.secret) : null
}

const readCookie = (stateCipher: StateCipher, cookie: string): Promise<TransactionCookie | null> =>
  stateCipher.decrypt('handoff transaction cookie', cookie)
