/** What reads leave in the log, told by the operation: a federated session's, one row per session and operation; an API token's, counted. */
import type { ApolloServerPlugin } from '@apollo/server'
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import { recordReading, recordTokenUse } from '../platform/audited.ts'
import type { Database } from '../platform/db.ts'
import { sha256 } from '../platform/tokens.ts'
import type { GatewayContext } from './sources.ts'

/** Readings that are known to be in the log already. */
const maxRemembered = 10_000
const maxFields = 50

/** Runs before anything is read: where the row cannot be written, nothing is. */
export function recordUse(db: Database): ApolloServerPlugin<GatewayContext> {
  const remembered = new Set<string>()
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, document, source, contextValue: { viewer, request } }) {
          if (!operation) return
          const name = operation.name?.value.slice(0, 128) ?? null
          const hash = sha256(JSON.stringify([source, name]))
          if (viewer.kind === 'api-token')
            return recordTokenUse({ db, request }, viewer, { type: 'operation', id: hash, displayName: name })
          if (viewer.kind !== 'technician' || operation.operation !== 'query') return
          const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
          const fields = fieldsOf(operation, fragments)
          const key = `${viewer.sessionId} ${hash}`
          if (fields.length === 0 || remembered.has(key)) return
          await recordReading({ db, request }, viewer, { name, hash, fields })
          if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value!)
          remembered.add(key)
        },
      }
    },
  }
}

/** What is asked for, two steps deep, as the schema calls it: `tenant.activityLog`. */
function fieldsOf(operation: OperationDefinitionNode, fragments: FragmentDefinitionNode[]): string[] {
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
        if (path === '' && selection.selectionSet) visit(selection.selectionSet, `${selection.name.value}.`)
        else found.add(path + selection.name.value)
      }
    }
  }
  visit(operation.selectionSet, '')
  return [...found]
}
