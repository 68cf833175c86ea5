/**
 * Binds a handoff to one browser. `GET /connect` starts a transaction with a random secret, and
 * only the browser that has the secret can redeem the code. The browser keeps the secret in an
 * encrypted cookie; the partner receives only the encrypted hash of the secret, as `txn`.
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
  /** The SHA-256 hash of the secret in the browser's cookie, in base64url. */
  secretHash: string
}

type TransactionCookie = TransactionScope & { secret: string }

export interface StartedTransaction {
  cookie: string
  txn: string
  lifetimeSeconds: number
}

/**
 * Starts a transaction. If the browser's cookie already holds one for the same instance and tenant,
 * its secret is kept, so that a second click does not invalidate the first handoff.
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

/**
 * Decrypts `txn`.
 * @returns null if this service did not create `txn`, or `txn` is older than 10 minutes
 */
export const openTransaction = (
  stateCipher: StateCipher,
  txn: string,
): Promise<BrowserTransaction | null> => stateCipher.decrypt('handoff transaction', txn)

/**
 * Returns the SHA-256 hash of the secret in the cookie, in base64url.
 * @returns null if there is no valid cookie
 */
export async function transactionHash(
  stateCipher: StateCipher,
  cookie: string | undefined,
): Promise<string | null> {
  const content = cookie ? await readCookie(stateCipher, cookie) : null
  return content ? sha256(content.secret) : null
}

const readCookie = (stateCipher: StateCipher, cookie: string): Promise<TransactionCookie | null> =>
  stateCipher.decrypt('handoff transaction cookie', cookie)
