/**
 * Checks a slow query's session again before the response is sent. Authentication happened before
 * the data was read; if reading took longer than 750 ms, for example because a connection hung, the
 * session may have ended in the meantime on another node.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import { isReader, type Viewer } from '../../platform/auth/viewer.ts'
import { denied, type PublicError } from '../../platform/lib/errors.ts'
import { withTimeout } from '../../platform/lib/with-timeout.ts'
import { DatabaseUnavailable } from '../../platform/postgres/errors.ts'
import type { GatewayContext } from '../context.ts'

/**
 * Invariant: one second after a session ends, none of its reads is answered. The rest is for the
 * network.
 */
const validForMs = 750

export const recheckSessionPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ operation, contextValue, response: { body } }) {
        // A mutation checks its permission under lock, in the transaction of the change.
        if (operation?.operation !== 'query' || !isReader(contextValue.viewer)) return
        if (body.kind !== 'single' || !body.singleResult.data) return
        if (performance.now() - contextValue.authenticatedAt <= validForMs) return
        const refusal = await refusalOf(contextValue)
        if (refusal)
          body.singleResult = { ...body.singleResult, data: null, errors: [refusal.toJSON()] }
      },
    }
  },
}

/**
 * Returns the error for a viewer whose session has ended or cannot be checked; null when it is
 * valid.
 */
async function refusalOf(context: GatewayContext): Promise<PublicError | null> {
  const current = context.reauthenticate().catch(() => null)
  const viewer = await withTimeout<Viewer | null>(current, validForMs, () => null)
  if (viewer === null)
    return new DatabaseUnavailable(`the session could not be checked within ${validForMs} ms`)
  if (viewer.kind === 'ended') return denied(viewer.code)
  return viewer.kind === context.viewer.kind ? null : denied('UNAUTHENTICATED')
}
