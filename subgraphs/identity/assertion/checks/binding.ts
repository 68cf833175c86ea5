import type { ClaimCheck } from './check.ts'

/**
 * Binds the code to one browser (by the transaction that `/connect` started) or to the partner
 * client.
 */
export const binding: ClaimCheck = {
  name: 'BINDING',
  code: 'BINDING_MISMATCH',
  check({ assertion: { claims, instance }, transaction }) {
    if (claims.binding === 'client')
      return claims.txn === undefined
        ? null
        : '`txn` must be left out when `binding` is `client`; it was present.'
    const isOpen =
      transaction?.clientId === instance.clientId && transaction.tenantId === claims.tenant
    return isOpen
      ? null
      : '`txn` must be the value that the handoff URL received for this tenant within the last 10 minutes; it was missing, expired or for another tenant.'
  },
}
