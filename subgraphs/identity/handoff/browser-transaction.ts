/**
 * Binds a handoff to one browser. `GET /connect` starts a transaction with a random secret and
 * stores the secret in an encrypted cookie. Only the browser with this cookie can redeem the code.
 * The partner receives `txn`, which contains only the encrypted hash of the secret.
 */
import { randomBytes } from 'node:crypto'
import { sha256 } from '../../../platform/auth/tokens.ts'
import type { StateCipher } from '../jwt/encrypted-state.ts'

const transactionLifetimeSeconds = 600

/** The partner instance and the tenant of a transaction. */
interface TransactionScope {
  clientId: string
  tenantId: string
}

/** The decrypted content of the `txn` claim. */
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
 * Starts a transaction. If the browser already has a transaction cookie for the same instance and
 * tenant, the new transaction uses the same secret. Otherwise a second click would invalidate the
 * first handoff.
 * @param cookie the browser's transaction cookie, or undefined if the browser sent no cookie
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
 * Decrypts the `txn` claim.
 * @returns null if this service did not create `txn`, or if `txn` is older than 10 minutes
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
