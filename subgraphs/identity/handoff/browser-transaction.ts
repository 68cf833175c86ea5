/**
 * Binds a handoff to one browser. `GET /connect` starts a transaction with a random secret and
 * stores the secret in a cookie. Only the browser with this cookie can redeem the code. The partner
 * receives `txn`, which contains only the encrypted hash of the secret.
 */
import { randomBytes } from 'node:crypto'
import { sha256 } from '../../../platform/auth/tokens.ts'
import type { StateCipher } from '../jwt/encrypted-state.ts'

const transactionLifetimeSeconds = 600

/** The decrypted content of the `txn` claim. */
export interface BrowserTransaction {
  clientId: string
  tenantId: string
  /** The SHA-256 hash of the secret in the browser's cookie, in base64url. */
  secretHash: string
}

export interface StartedTransaction {
  secret: string
  secretHash: string
  txn: string
  lifetimeSeconds: number
}

/** Starts a transaction for a handoff from the partner instance to the tenant. */
export async function startTransaction(
  stateCipher: StateCipher,
  scope: Pick<BrowserTransaction, 'clientId' | 'tenantId'>,
): Promise<StartedTransaction> {
  const secret = randomBytes(32).toString('base64url')
  const secretHash = sha256(secret)
  const txn = await stateCipher.encrypt(
    'handoff transaction',
    { ...scope, secretHash },
    transactionLifetimeSeconds,
  )
  return { secret, secretHash, txn, lifetimeSeconds: transactionLifetimeSeconds }
}

/**
 * Decrypts the `txn` claim.
 * @returns null if this service did not create `txn`, or if `txn` is older than 10 minutes
 */
export const openTransaction = (
  stateCipher: StateCipher,
  txn: string,
): Promise<BrowserTransaction | null> => stateCipher.decrypt('handoff transaction', txn)
