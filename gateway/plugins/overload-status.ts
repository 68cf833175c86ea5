import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../context.ts'

/**
 * Sets the HTTP status of operations that returned no data: 504 after a timeout, 503 because of
 * overload. Clients and proxies can then react without parsing the body.
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
        else if (codes.has('OVERLOADED')) {
          http.status = 503
          http.headers.set('retry-after', '1')
        }
      },
    }
  },
}
