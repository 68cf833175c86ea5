import type { BrowserTransaction } from '../../handoff/browser-transaction.ts'
import type { AssertionClaims } from '../verified-assertion.ts'
import type { ClaimCheck } from './check.ts'

/**
 * Checks who will be able to redeem the handoff code: the browser that started the transaction at
 * `/connect`, or the partner client.
 */
export const binding: ClaimCheck = {
  name: 'BINDING',
  code: 'BINDING_MISMATCH',
  check({ assertion: { claims, instance }, transaction }) {
    if (claims.binding === 'client')
      return claims.txn === undefined
        ? null
        : '`txn` must not be present when `binding` is `client`.'
    const problem = transactionProblem(claims, instance.clientId, transaction)
    return (
      problem &&
      `\`txn\` must be the value that the handoff URL received for this tenant within the last 10 minutes; it ${problem}.`
    )
  },
}

function transactionProblem(
  { txn, tenant }: AssertionClaims,
  clientId: string,
  transaction: BrowserTransaction | null,
): string | null {
  if (txn === undefined) return 'is missing'
  if (!transaction) return 'has expired, or was not issued by this service'
  if (transaction.clientId !== clientId) return 'was issued for another partner instance'
  return transaction.tenantId === tenant ? null : 'was issued for another tenant'
}
