/**
 * Serialises and parses every message between the gateway and a subgraph in the same process, as
 * HTTP does. Values that JSON cannot represent, such as a class instance or a BigInt, therefore
 * fail as over HTTP.
 */
import type { Subgraph } from '../../platform/graphql/subgraph.ts'

export const overJson = (subgraph: Subgraph): Subgraph => ({
  ...subgraph,
  async execute(request, asked) {
    const { query, variables, operationName } = throughJson(request)
    const { viewer, request: metadata } = throughJson(asked)
    const answer = await subgraph.execute(
      { query, variables, operationName },
      { viewer: Object.freeze(viewer), request: Object.freeze(metadata) },
    )
    return throughJson(answer)
  },
})

/** Serialises a value to JSON and parses it, as an HTTP peer receives it. */
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
