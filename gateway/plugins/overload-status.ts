import type { ApolloServerPlugin } from '@apollo/server'
import { retryAfterSeconds } from '../../platform/lib/errors.ts'
import type { GatewayContext } from '../context.ts'

const retryCodes = ['PARTNER_KEYS_UNAVAILABLE', 'OVERLOADED'] as const

/**
 * Sets the HTTP status of operations that returned no data: 504 after a timeout, 503 if the client
 * should retry soon. Clients and proxies can then react without parsing the body.
 */
export const overloadStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http } }) {
        if (body.kind !== 'single') return
        const { data, errors = [] } = body.singleResult
        const codes = new Set(errors.map(({ extensions }) => extensions?.code))
        if (Object.values(data ?? {}).some((value) => value !== null)) return
        if (codes.has('TIMEOUT')) http.status = 504
        const retry = retryCodes.find((code) => codes.has(code))
        if (codes.has('TIMEOUT') || !retry) return
        http.status = 503
        http.headers.set('retry-after', String(retryAfterSeconds(retry)))
      },
    }
  },
}
