/**
 * Refuses operations whose cost is too high, before they run (docs/limits.md). The cost is
 * calculated per field:
 *
 *     cost(field)  = own + entries x sum of the costs of the selected fields
 *     own          = 1 for objects, 0 for values, 10 for mutations, or the value in field-costs.ts
 *     entries      = the page size for connections, 10 for other lists, otherwise 1
 */
import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError, getNamedType, getNullableType, isLeafType, isListType } from 'graphql'
import {
  type ComplexityEstimator,
  type ComplexityEstimatorArgs,
  getComplexity,
} from 'graphql-query-complexity'

export interface QueryCosts {
  /** The costs of fields that cause the most database load, such as `Tenant.activitySummary`. */
  fields: Record<string, number>
  /**
   * The default page sizes of paginated types whose name does not end in `Connection`, by type
   * name.
   */
  pages: Record<string, number>
}

const maxCost = 20_000
/** Limits the time for calculating the cost. A fragment is counted each time it is spread. */
const maxQueryNodes = 5_000

const [objectCost, valueCost, mutationCost] = [1, 0, 10]
/** The page size of a connection if the operation specifies neither `first` nor `last`. */
const defaultPageSize = 50
/** The maximum page size. Resolvers refuse larger values of `first` and `last`. */
const maxPageSize = 1_000
const listSize = 10

/** Refuses operations that cost more than 20,000. Reports the cost in `extensions.cost`. */
export function queryComplexityPlugin(costs: QueryCosts): ApolloServerPlugin {
  const estimators = [createEstimator(costs)]
  return {
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
              estimators,
              maxQueryNodes,
            })
          } catch (error) {
            if (error instanceof Error && error.message.includes('number of nodes'))
              throw costLimitExceeded(
                `The operation must not request more than ${maxQueryNodes} fields.`,
              )
            // The variables are invalid. Apollo Gateway then refuses the operation, with one error
            // per variable.
            if (!(error instanceof GraphQLError)) throw error
          }
          if (requested !== undefined && requested > maxCost)
            throw costLimitExceeded(
              `The operation costs ${requested}; the maximum is ${maxCost}. Request smaller pages.`,
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
}

function createEstimator({ fields, pages }: QueryCosts): ComplexityEstimator {
  const isPage = (typeName: string) => typeName.endsWith('Connection') || typeName in pages
  return ({ type, field, args, childComplexity }: ComplexityEstimatorArgs): number => {
    const fieldType = getNamedType(field.type)
    const own =
      fields[`${type.name}.${field.name}`] ??
      (type.name === 'Mutation' ? mutationCost : isLeafType(fieldType) ? valueCost : objectCost)
    if (isPage(fieldType.name))
      return own + pageSize(args, pages[fieldType.name] ?? defaultPageSize) * childComplexity
    // `edges` and `nodes` are not multiplied again, because the cost of their page already includes
    // the page size.
    const isList = isListType(getNullableType(field.type)) && !isPage(type.name)
    return own + (isList ? listSize : 1) * childComplexity
  }
}

function pageSize({ first, last }: { first?: unknown; last?: unknown }, fallback: number): number {
  const sizes = [first, last].filter(
    (size): size is number => typeof size === 'number' && size >= 0,
  )
  return sizes.length ? Math.min(Math.max(...sizes), maxPageSize) : fallback
}

const costLimitExceeded = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'COST_LIMIT_EXCEEDED', http: { status: 400 } } })
