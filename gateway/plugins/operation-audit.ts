/**
 * Records operations in the Activity Log:
 * - what a technician reads with a query or in the response of a mutation, as one event per session
 *   and operation;
 * - the operations of an API token, as one event with a count for equal operations;
 * - mutations that were refused completely because of invalid values.
 *
 * Reads and API token operations are recorded before a subgraph executes the operation.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql'
import { recordReadOperation, recordTokenUse } from '../../platform/audit/reading.ts'
import { recordInvalidMutation } from '../../platform/audit/refusals.ts'
import { sha256 } from '../../platform/auth/tokens.ts'
import type { Viewer } from '../../platform/auth/viewer.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { GatewayContext } from '../context.ts'
import { fieldsOfQuery, fieldsReadByMutation } from './selected-fields.ts'

/**
 * The maximum number of sessions' operations that are remembered as already recorded. Above this
 * number, the oldest one is evicted.
 */
const maxRemembered = 10_000
const maxNameLength = 128

/**
 * Creates the plugin that records operations. If an event cannot be recorded, the operation fails
 * and reads no data.
 */
export function auditOperationsPlugin(db: Database): ApolloServerPlugin<GatewayContext> {
  const remembered = new Set<string>()

  async function recordOnce(
    { request }: GatewayContext,
    viewer: Viewer,
    operation: { name: string | null; hash: string; fields: string[] },
  ): Promise<void> {
    if (viewer.kind !== 'technician') return
    const key = `${viewer.sessionId} ${operation.hash} ${operation.fields}`
    if (remembered.has(key)) return
    await recordReadOperation({ db, request }, viewer, operation)
    if (remembered.size >= maxRemembered) {
      const [oldest] = remembered
      if (oldest !== undefined) remembered.delete(oldest)
    }
    remembered.add(key)
  }

  return {
    async requestDidStart() {
      return {
        async didResolveOperation({
          operation,
          document,
          source,
          schema,
          request: sent,
          contextValue,
        }) {
          if (!operation) return
          const { viewer, request } = contextValue
          const name = nameOf(operation)
          const hash = sha256(JSON.stringify([source, name]))
          if (viewer.kind === 'api-token') {
            const target = { type: 'operation', id: hash, displayName: name }
            return recordTokenUse({ db, request }, viewer, target)
          }
          const fragments = document.definitions.filter(
            (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
          )
          const variables = sent.variables ?? {}
          const selected = { operation, fragments, schema, variables }
          const fields =
            operation.operation === 'query'
              ? fieldsOfQuery(selected)
              : fieldsReadByMutation(selected)
          if (fields.length === 0) return
          const record = (reader: Viewer) =>
            recordOnce(contextValue, reader, { name, hash, fields })
          await record(viewer)
          // After this hook, a sign-in mutation can change the viewer to a technician. The data
          // source then calls this function for the new viewer.
          contextValue.recordStartedMutation = record
        },

        async willSendResponse({ operation, document, contextValue, response: { body } }) {
          if (operation?.operation !== 'mutation' || !document || body.kind !== 'single') return
          const { data, errors = [] } = body.singleResult
          if (errors[0]?.extensions?.code !== 'BAD_USER_INPUT') return
          if (Object.values(data ?? {}).some((value) => value !== null)) return
          const { viewer, request } = contextValue
          await recordInvalidMutation({ db, request }, viewer, mutationName(operation))
        },
      }
    },
  }
}

const nameOf = ({ name }: OperationDefinitionNode): string | null =>
  name?.value.slice(0, maxNameLength) ?? null

/**
 * Returns the name of the first mutation field. Returns the operation's name if all fields are in
 * fragments.
 */
function mutationName(operation: OperationDefinitionNode): string {
  const first = operation.selectionSet.selections.find(({ kind }) => kind === Kind.FIELD)
  return first?.kind === Kind.FIELD ? first.name.value : (nameOf(operation) ?? 'mutation')
}
