/**
 * Executes each root field of a mutation as a separate operation, one after the other (GraphQL
 * specification, October 2021, §6.2.2). Apollo's query planner merges neighboring fields of one
 * subgraph into one request, and reads fields of other subgraphs after all mutations. An earlier
 * mutation would then return the state that a later mutation left.
 */
import type { ApolloGateway } from '@apollo/gateway'
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server'
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway']
type Executor = ApolloGateway['executor']
type GatewayRequest = Parameters<Executor>[0]

export const withSerialMutations = (gateway: ApolloGateway): Gateway => ({
  onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  stop: () => gateway.stop(),
  async load(options) {
    const { executor } = await gateway.load(options)
    return {
      executor: (request) => {
        const parts = partsOf(request)
        return parts.length > 1 ? executeInOrder(executor, request, parts) : executor(request)
      },
    }
  },
})

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
  for (const [name, selection] of rootFields(operation.selectionSet, fragmentsOf(document)))
    byName.set(name, [...(byName.get(name) ?? []), selection])
  const parts = [...byName.values()].map((selections) => ({
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections } as const,
  }))
  cachedParts.set(operation, parts)
  return parts
}

const fragmentsOf = (document: DocumentNode): FragmentDefinitionNode[] =>
  document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)

/**
 * Lists the root fields with their response names, in the order of execution. A field that comes
 * from a fragment keeps the directives of the fragment.
 */
function* rootFields(
  { selections }: SelectionSetNode,
  fragments: FragmentDefinitionNode[],
): Generator<[responseName: string, SelectionNode]> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      yield [responseNameOf(selection), selection]
      continue
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : fragments.find(({ name }) => name.value === selection.name.value)
    if (!inner) continue // validation has already rejected an unknown fragment
    for (const [name, field] of rootFields(inner.selectionSet, fragments))
      yield [name, withDirectives(field, selection.directives ?? [])]
  }
}

const responseNameOf = ({ alias, name }: FieldNode): string => (alias ?? name).value

const withDirectives = (
  selection: SelectionNode,
  directives: readonly DirectiveNode[],
): SelectionNode =>
  directives.length === 0
    ? selection
    : {
        kind: Kind.INLINE_FRAGMENT,
        directives,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
      }
