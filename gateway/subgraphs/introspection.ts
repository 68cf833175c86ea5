/**
 * Executes `__schema` and `__type` with graphql-js. Apollo's query planner knows only the
 * introspection fields of an older GraphQL specification, and fails for others, such as
 * `__Type.isOneOf`.
 */
import {
  type DocumentNode,
  execute,
  Kind,
  type OperationDefinitionNode,
  separateOperations,
} from 'graphql'
import type { Executor, GatewayRequest } from './executor.ts'
import { fragmentsOf, type RootField, rootFields } from './root-fields.ts'

export const withIntrospection =
  (executor: Executor): Executor =>
  (request) => {
    const { operation, document } = request
    const fields = [...rootFields(operation.selectionSet, fragmentsOf(document))]
    if (fields.some(isIntrospection)) return executeInParts(executor, request, fields)
    // The query planner also parses the fragments of the document's other operations.
    const isOnlyOperation =
      document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1
    return executor(isOnlyOperation ? request : withOperation(request, operation))
  }

const isIntrospection = ({ field: { name } }: RootField): boolean =>
  name.value === '__schema' || name.value === '__type'

/** Executes the introspection fields with graphql-js, and the other fields with the executor. */
async function executeInParts(
  executor: Executor,
  request: GatewayRequest,
  fields: RootField[],
): ReturnType<Executor> {
  const others = fields.filter((field) => !isIntrospection(field))
  const result = others.length
    ? await executor({
        ...withOperation(request, operationWith(request, others)),
        queryHash: `${request.queryHash}/others`, // the key of the cached query plan
      })
    : { data: {} }
  if (!result.data) return result
  const introspection = await execute({
    schema: request.schema,
    document: withOperation(request, operationWith(request, fields.filter(isIntrospection)))
      .document,
    variableValues: request.request.variables,
  })
  if (!introspection.data) return introspection
  const data = { ...result.data, ...introspection.data }
  const names = new Set(fields.map(({ responseName }) => responseName))
  return {
    ...result,
    // A field that `@skip` or `@include` excludes has no value.
    data: Object.fromEntries(
      [...names].filter((name) => Object.hasOwn(data, name)).map((name) => [name, data[name]]),
    ),
  }
}

const operationWith = (
  { operation }: GatewayRequest,
  fields: RootField[],
): OperationDefinitionNode => ({
  ...operation,
  selectionSet: {
    kind: Kind.SELECTION_SET,
    selections: fields.map(({ selection }) => selection),
  },
})

/** Returns the request with a document of only this operation and the fragments that it uses. */
function withOperation(request: GatewayRequest, operation: OperationDefinitionNode) {
  const definitions = [operation, ...fragmentsOf(request.document)]
  const documents = separateOperations({ kind: Kind.DOCUMENT, definitions })
  const document = documents[operation.name?.value ?? ''] as DocumentNode
  return { ...request, operation, document }
}
