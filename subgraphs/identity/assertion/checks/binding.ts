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
    const isOpen =
      transaction?.clientId === instance.clientId && transaction.tenantId === claims.tenant
    return isOpen
      ? null
      : '`txn` is missing, expired or for another tenant. Send the `txn` that the handoff URL received for this tenant within the last 10 minutes.'
  },
}
