/**
 * Checks the session again before the response of a slow query is sent. If the query took longer
 * than 750 ms, another node may have ended the session since the request was authenticated.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import { isReader, type Viewer } from '../../platform/auth/viewer.ts'
import { denied, type PublicError } from '../../platform/lib/errors.ts'
import { withTimeout } from '../../platform/lib/with-timeout.ts'
import { DatabaseUnavailable } from '../../platform/postgres/errors.ts'
import { withoutSnapshots } from '../../platform/postgres/snapshots.ts'
import type { GatewayContext } from '../context.ts'

/**
 * The time for which an authentication is valid. A session must not receive data later than 1
 * second after its end. The remaining 250 ms are for network latency.
 */
const validForMs = 750

export const recheckSessionPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ operation, contextValue, response: { body } }) {
        // Mutations need no check here, because they check the permission in the transaction of the
        // change.
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
 * Returns the error to send if the session has ended or cannot be checked. Returns null if the
 * session is valid.
 */
async function refusalOf(context: GatewayContext): Promise<PublicError | null> {
  // In a snapshot, this read would keep its connection until the client has read the response.
  const current = withoutSnapshots(() => context.reauthenticate()).catch(() => null)
  const viewer = await withTimeout<Viewer | null>(current, validForMs, () => null)
  if (viewer === null)
    return new DatabaseUnavailable(`the session could not be checked within ${validForMs} ms`)
  if (viewer.kind === 'ended') return denied(viewer.code)
  return viewer.kind === context.viewer.kind ? null : denied('UNAUTHENTICATED')
}
