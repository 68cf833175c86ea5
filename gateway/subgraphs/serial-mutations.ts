/**
 * Executes each root field of a mutation as a separate operation, one after the other (GraphQL
 * specification, October 2021, §6.2.2). Apollo's query planner merges neighboring fields of one
 * subgraph into one request, and reads fields of other subgraphs after all mutations. An earlier
 * mutation would then return the state that a later mutation left.
 */
import { Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql'
import type { Executor, GatewayRequest } from './executor.ts'
import { fragmentsOf, rootFields } from './root-fields.ts'

export const withSerialMutations =
  (executor: Executor): Executor =>
  (request) => {
    const parts = partsOf(request)
    return parts.length > 1 ? executeInOrder(executor, request, parts) : executor(request)
  }

async function executeInOrder(
  executor: Executor,
  request: GatewayRequest,
  parts: OperationDefinitionNode[],
): ReturnType<Executor> {
  const data: Record<string, unknown> = {}
  const errors = []
  for (const [index, operation] of parts.entries()) {
    const result = await executor({
      ...request,
      operation,
      document: { ...request.document, definitions: [operation, ...fragmentsOf(request.document)] },
      queryHash: `${request.queryHash}/${index}`, // the key of the cached query plan
    })
    errors.push(...(result.errors ?? []))
    // An error in a field that cannot be null ends the operation. No later field is executed.
    if (!result.data) return { ...result, errors }
    Object.assign(data, result.data)
  }
  return errors.length ? { data, errors } : { data }
}

const cachedParts = new WeakMap<OperationDefinitionNode, OperationDefinitionNode[]>()

/** Returns one operation for each root field of a mutation. A query stays one operation. */
function partsOf({ operation, document }: GatewayRequest): OperationDefinitionNode[] {
  if (operation.operation !== 'mutation') return [operation]
  const cached = cachedParts.get(operation)
  if (cached) return cached
  const byName = new Map<string, SelectionNode[]>()
  // The limits on a query bound the number of root fields, also of those in fragments.
  for (const { responseName: name, selection } of rootFields(
    operation.selectionSet,
    fragmentsOf(document),
  ))
    byName.set(name, [...(byName.get(name) ?? []), selection])
  const parts = [...byName.values()].map((selections) => ({
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections } as const,
  }))
  cachedParts.set(operation, parts)
  return parts
}
