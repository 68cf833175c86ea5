/**
 * A read is answered on who its reader was within the last second. Where it took longer (a connection that hung, a database that stood
 * still), the session may have ended meanwhile, on another node: it is looked at again before the answer goes out.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import { isReader } from '../../platform/auth/viewer.ts'
import { denied, type PublicError } from '../../platform/lib/errors.ts'
import { DatabaseUnavailable } from '../../platform/postgres/database.ts'
import type { GatewayContext } from '../subgraphs/data-source.ts'

/** Less than the second that is promised: the answer has a way to go. */
const goodForMs = 750

export const recheckSessionPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ operation, contextValue, response: { body } }) {
        // What was changed is told: its right was asked under lock, or it would not have been committed.
        if (operation?.operation !== 'query' || !isReader(contextValue.viewer)) return
        if (body.kind !== 'single' || !body.singleResult.data) return
        if (performance.now() - contextValue.authenticatedAt <= goodForMs) return
        const refusal = await refusalOf(contextValue)
        if (refusal)
          body.singleResult = { ...body.singleResult, data: null, errors: [refusal.toJSON()] }
      },
    }
  },
}

async function refusalOf({
  viewer,
  reauthenticate: settledAgain,
}: GatewayContext): Promise<PublicError | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, goodForMs, null)
  const now = await Promise.race([settledAgain().catch(() => null), late]).finally(() =>
    clearTimeout(timer),
  )
  if (now === null)
    return new DatabaseUnavailable('whether the session still holds could not be asked')
  if (now.kind === 'ended') return denied(now.code)
  return now.kind === viewer.kind ? null : denied('UNAUTHENTICATED')
}
