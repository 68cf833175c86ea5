/**
 * What an operation leaves in the log before any subgraph sees it: a federated session's reading, one row per session and operation, in a
 * query or behind a mutation's answer; an API token's, counted; and a mutation of which nothing was begun, since its values cannot be read.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import {
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { recordReading, recordTokenUse, recordUnreadable } from '../../platform/audit/audited.ts'
import { sha256 } from '../../platform/auth/tokens.ts'
import type { Viewer } from '../../platform/auth/viewer.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { GatewayContext } from '../subgraphs/data-source.ts'

/** Readings that are known to be in the log already. */
const maxRemembered = 10_000
const maxFields = 50

/** Runs before anything is read: where the row cannot be written, nothing is. */
export function auditOperationsPlugin(db: Database): ApolloServerPlugin<GatewayContext> {
  const remembered = new Set<string>()
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, document, source, schema, contextValue }) {
          if (!operation) return
          const { viewer, request } = contextValue
          const name = operation.name?.value.slice(0, 128) ?? null
          const hash = sha256(JSON.stringify([source, name]))
          if (viewer.kind === 'api-token')
            return recordTokenUse({ db, request }, viewer, {
              type: 'operation',
              id: hash,
              displayName: name,
            })
          const fragments = document.definitions.filter(
            (node) => node.kind === Kind.FRAGMENT_DEFINITION,
          )
          const fields =
            operation.operation === 'query'
              ? fieldsOf(operation, fragments)
              : fieldsBehind(operation, fragments, schema)
          if (fields.length === 0) return
          const record = async (reader: Viewer) => {
            if (reader.kind !== 'technician') return
            const key = `${reader.sessionId} ${hash}`
            if (remembered.has(key)) return
            await recordReading({ db, request }, reader, { name, hash, fields })
            if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value!)
            remembered.add(key)
          }
          await record(viewer)
          contextValue.recordStartedMutation = record
        },

        async willSendResponse({
          operation,
          document,
          contextValue: { viewer, request },
          response: { body },
        }) {
          if (operation?.operation !== 'mutation' || !document || body.kind !== 'single') return
          const { data, errors = [] } = body.singleResult
          if (
            errors[0]?.extensions?.code !== 'BAD_USER_INPUT' ||
            Object.values(data ?? {}).some((value) => value !== null)
          )
            return
          await recordUnreadable({ db, request }, viewer, firstFieldOf(operation))
        },
      }
    },
  }
}

/** The mutation that the operation begins with; where a fragment hides it, its name. */
const firstFieldOf = ({ selectionSet: { selections }, name }: OperationDefinitionNode): string => {
  const first = selections.find((selection) => selection.kind === Kind.FIELD)
  return first?.name.value ?? name?.value.slice(0, 128) ?? 'mutation'
}

/** What every answer says of a tenant: which it is. */
const ofAnyAnswer = new Set(['id', 'name', '__typename'])

/**
 * What a mutation asks for beyond what it made or changed: of the tenant, through which all else is reached, everything but which it is.
 * As the schema calls it: `updateServiceSettings.tenant.activityLog`.
 */
function fieldsBehind(
  operation: OperationDefinitionNode,
  fragments: FragmentDefinitionNode[],
  schema: GraphQLSchema,
): string[] {
  const named = new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
  const found = new Set<string>()
  const seen = new Set<string>()
  const visit = (set: SelectionSetNode, typeName: string, path: string): void => {
    const type = schema.getType(typeName)
    for (const selection of set.selections) {
      if (found.size >= maxFields) return
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, path)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const place = `${path} ${selection.name.value}`
        if (seen.has(place)) continue
        seen.add(place)
        const { typeCondition, selectionSet } = named.get(selection.name.value)!
        visit(selectionSet, typeCondition.name.value, path)
      } else {
        const { name, selectionSet } = selection
        if (typeName === 'Tenant') {
          if (!ofAnyAnswer.has(name.value)) found.add(path + name.value)
        } else if (selectionSet && type && 'getFields' in type) {
          const field = type.getFields()[name.value]
          if (field) visit(selectionSet, getNamedType(field.type).name, `${path}${name.value}.`)
        }
      }
    }
  }
  visit(operation.selectionSet, schema.getMutationType()?.name ?? 'Mutation', '')
  return [...found]
}

/** What is asked for, two steps deep, as the schema calls it: `tenant.activityLog`. */
function fieldsOf(
  operation: OperationDefinitionNode,
  fragments: FragmentDefinitionNode[],
): string[] {
  const named = new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
  const found = new Set<string>()
  // Each fragment once at each place: those that spread one another twice each would take for ever.
  const seen = new Set<string>()
  const visit = (set: SelectionSetNode, path: string): void => {
    for (const selection of set.selections) {
      if (found.size >= maxFields) return
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, path)
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const place = `${path} ${selection.name.value}`
        if (seen.has(place)) continue
        seen.add(place)
        visit(named.get(selection.name.value)!.selectionSet, path)
      } else if (!selection.name.value.startsWith('__')) {
        if (path === '' && selection.selectionSet)
          visit(selection.selectionSet, `${selection.name.value}.`)
        else found.add(path + selection.name.value)
      }
    }
  }
  visit(operation.selectionSet, '')
  return [...found]
}
