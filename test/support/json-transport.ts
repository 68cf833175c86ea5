/**
<<<<<<< HEAD
 * Serialises and parses every message between the gateway and a subgraph in the same process, as
 * HTTP does: requests, the viewer, responses and errors. Values that JSON cannot represent (a Date,
 * a class instance, `undefined`, a BigInt) fail here as they would over HTTP.
=======
 * Puts JSON between the gateway and a subgraph in the same process, as HTTP does: requests,
 * viewers, answers and errors are serialised and parsed. A Date, a class instance, `undefined` or a
 * BigInt is lost or fails here as over HTTP.
>>>>>>> tests
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

<<<<<<< HEAD
/** Serialises a value to JSON and parses it, as an HTTP peer receives it. */
=======
/** Returns the value as the other side of an HTTP connection receives it. */
>>>>>>> tests
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
