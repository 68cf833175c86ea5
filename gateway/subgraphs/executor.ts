import type { ApolloGateway } from '@apollo/gateway'
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server'

/** Executes a validated operation. */
export type Executor = ApolloGateway['executor']
export type GatewayRequest = Parameters<Executor>[0]

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway']

/** Returns the gateway with another executor, which can call the gateway's own executor. */
export const wrapExecutor = (
  gateway: ApolloGateway,
  wrap: (executor: Executor) => Executor,
): Gateway => ({
  onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  stop: () => gateway.stop(),
  async load(options) {
    const { executor } = await gateway.load(options)
    return { executor: wrap(executor) }
  },
})
