/**
 * Puts JSON between the gateway and a subgraph in the same process, as HTTP does: requests, the
 * viewer, answers and errors are serialised and parsed. What does not survive JSON (a Date, a class
 * instance, `undefined`, a BigInt) fails here as it would over HTTP.
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

/** The value as the other side of an HTTP connection receives it. */
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
