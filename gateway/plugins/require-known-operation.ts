import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { clientLimits, variablesProblem } from '../../platform/graphql/query-limits.ts'
import type { ClientErrorCode } from '../../platform/lib/errors.ts'
import type { GatewayContext } from '../context.ts'

/**
 * Responds with status 400 if `operationName` is not in the document, if the operation is a
 * subscription, or if its variables exceed the limits.
 */
export const requireKnownOperation: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request }) {
        if (!operation)
          throw badRequest(
            'OPERATION_RESOLUTION_FAILURE',
            'operationName must be the name of an operation in the document.',
          )
        if (operation.operation === 'subscription')
          throw badRequest('BAD_REQUEST', 'Subscriptions are not supported.')
        const problem = variablesProblem(request.variables, clientLimits)
        if (problem) throw badRequest('BAD_USER_INPUT', problem)
      },
    }
  },
}

const badRequest = (code: ClientErrorCode, message: string) =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
