/**
 * Builds a subgraph from its schema, resolvers and permissions. Its executor is the same in one
 * process and over HTTP.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { sanitizeMessage } from '../lib/errors.ts'
import type { Context } from './context.ts'
import { gatewayLimits, limitRules, variablesProblem } from './query-limits.ts'
import { scalars } from './scalars.ts'
import { guard, type Permissions } from './shield.ts'

export interface SubgraphRequest {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
}

export interface Subgraph {
  name: 'tenants' | 'identity' | 'audit'
  /**
   * `extensions.begun` is the token of a session that a mutation created. The gateway must not pass
   * it on to clients.
   */
  execute(
    request: SubgraphRequest,
    viewer: Pick<Context, 'viewer' | 'request'>,
  ): Promise<ExecutionResult<Record<string, unknown>, { begun?: string }>>
}

interface Definition<Own extends Context> {
  name: Subgraph['name']
  typeDefs: DocumentNode
  resolvers: Record<string, unknown>
  permissions: Permissions
  /** See `limitRules`. */
  singleUseMutations?: readonly string[]
  /**
   * Adds the subgraph's own members, such as data loaders. Called once per execution: nothing
   * outlives the request.
   */
  context(base: Context): Own
}

/** Parsed documents that are kept. The gateway's query plans repeat. */
const maxDocuments = 1_000

export function makeSubgraph<Own extends Context>(
  { name, typeDefs, resolvers, permissions, singleUseMutations = [], context }: Definition<Own>,
  { db, log }: Pick<Context, 'db' | 'log'>,
): Subgraph {
  const schema = guard(
    buildSubgraphSchema([
      { typeDefs, resolvers: { ...scalarsOf(typeDefs), ...resolvers } as never },
    ]),
    permissions,
  )
  const rules = [
    ...specifiedRules,
    NoSchemaIntrospectionCustomRule,
    noSubscriptions,
    ...limitRules(gatewayLimits, singleUseMutations),
  ]
  const documents = new Map<string, DocumentNode | readonly GraphQLError[]>()

  /** Parses and validates each query once. Returns its errors if it is invalid. */
  function documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    const cached = documents.get(query)
    if (cached) return cached
    const document = parse(query, { maxTokens: gatewayLimits.tokens })
    const errors = validate(schema, document, rules)
    const entry = errors.length ? errors : document
    const [oldest] = documents.keys()
    if (documents.size >= maxDocuments && oldest !== undefined) documents.delete(oldest)
    documents.set(query, entry)
    return entry
  }

  return {
    name,
    async execute({ query, variables, operationName }, viewer) {
      const problem = variablesProblem(variables, gatewayLimits)
      if (problem) return { errors: [inputError({ message: problem })] }
      let document: DocumentNode | readonly GraphQLError[]
      try {
        document = documentOf(query)
      } catch (error) {
        return { errors: [inputError(error as GraphQLError)] }
      }
      if (!('kind' in document)) return { errors: document.map(inputError) }
      const newSession: Context['newSession'] = {}
      const contextValue = {
        ...context({ ...viewer, db, log, newSession }),
        _shield: { cache: {} },
      }
      const result = await execute({
        schema,
        document,
        variableValues: variables,
        operationName,
        contextValue,
      })
      if (!('data' in result)) return { errors: result.errors?.map(inputError) }
      const { token } = newSession
      return { ...result, extensions: token === undefined ? undefined : { begun: token } }
    },
  }
}

/** The scalars that the schema declares: resolvers for others would be an error. */
const scalarsOf = (typeDefs: DocumentNode) =>
  Object.fromEntries(
    Object.entries(scalars).filter(([scalar]) =>
      typeDefs.definitions.some((node) => 'name' in node && node.name?.value === scalar),
    ),
  )

/**
 * No schema has subscriptions, but the executor would notice only after the request was accepted.
 */
const noSubscriptions: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (node.operation === 'subscription')
      context.reportError(new GraphQLError('Subscriptions are not supported.', { nodes: node }))
  },
})

/**
 * The gateway validates operations but does not know the scalars, so an error here is about a value
 * that the client sent.
 */
const inputError = ({ message }: { message: string }) =>
  new GraphQLError(sanitizeMessage(message), { extensions: { code: 'BAD_USER_INPUT' } })
