/**
 * What an operation may cost, known before it runs (docs/limits.md has the formula): fields that are looked up cost 1, pages as many times
 * what stands in them as they may hold, and what asks much of the database or changes something more.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError, getNamedType, getNullableType, isLeafType, isListType } from 'graphql'
import { type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity'

export const maxCost = 20_000

/** What a field costs by itself, where it is not the 1 of an object or the 0 of a value. */
const ofItself: Record<string, number> = {
  'Tenant.activitySummary': 100,
  'ActivityEventConnection.totalCount': 20,
  'ActivityEventConnection.totalCountIsExact': 20,
  'ActivityEvent.integrity': 5,
  'ActivityCheckpoint.consistencyPath': 10,
  'Query.partnerActivityLog': 100,
}

/** Events of a page or of a tail where the operation does not say how many; what else is in a list is few. */
const defaultSize: Record<string, number> = { ActivityTail: 100 }
const defaultPage = 50
const fewInList = 10

export function estimateComplexity({
  type,
  field,
  args,
  childComplexity,
}: ComplexityEstimatorArgs): number {
  const named = getNamedType(field.type)
  const own =
    ofItself[`${type.name}.${field.name}`] ??
    (type.name === 'Mutation' ? 10 : isLeafType(named) ? 0 : 1)
  const isPage = named.name.endsWith('Connection') || named.name in defaultSize
  if (isPage) return own + pageSize(args, defaultSize[named.name] ?? defaultPage) * childComplexity
  // What stands in a page is multiplied by the page; its own lists are not again.
  const isInPage = type.name.endsWith('Connection') || type.name in defaultSize
  const isList = isListType(getNullableType(field.type)) && !isInPage
  return own + (isList ? fewInList : 1) * childComplexity
}

function pageSize({ first, last }: { first?: unknown; last?: unknown }, otherwise: number): number {
  const asked = [first, last].filter(
    (size): size is number => typeof size === 'number' && size >= 0,
  )
  return asked.length ? Math.min(Math.max(...asked), 1_000) : otherwise
}

/** Selections that are gone through, fragments each time that they are spread. */
const maxQueryNodes = 5_000

const tooMuch = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'COST_LIMIT_EXCEEDED', http: { status: 400 } } })

/** Refuses what costs too much, and tells every answer's cost in `extensions.cost`. */
export const queryComplexityPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    let requested: number | undefined
    return {
      async didResolveOperation({ schema, document, request }) {
        const { operationName, variables } = request
        try {
          requested = getComplexity({
            schema,
            query: document,
            operationName,
            variables,
            estimators: [estimateComplexity],
            maxQueryNodes,
          })
        } catch (error) {
          if (error instanceof Error && error.message.includes('number of nodes'))
            throw tooMuch('This operation asks for too much: ask for less at a time.')
          // Variables that do not fit: the gateway refuses them by the same rule, and says so of each.
          if (!(error instanceof GraphQLError)) throw error
        }
        if (requested !== undefined && requested > maxCost)
          throw tooMuch(
            `This operation costs ${requested}, and one may cost ${maxCost}: ask for smaller pages.`,
          )
      },
      async willSendResponse({ response: { body } }) {
        if (body.kind === 'single' && requested !== undefined)
          body.singleResult.extensions = {
            ...body.singleResult.extensions,
            cost: { requested, maximum: maxCost },
          }
      },
    }
  },
}
