/**
 * Builds a subgraph from its schema, resolvers and permissions. The gateway calls the same executor
 * in one process and over HTTP.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { sanitizeMessage } from '../lib/errors.ts'
import { withoutSnapshots } from '../postgres/snapshots.ts'
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
   * `extensions.begun` is the token of a session that a mutation created. The gateway must not send
   * this token to clients.
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
  /** An operation can contain at most one of these mutations; see `limitRules`. */
  singleUseMutations?: readonly string[]
  /**
   * Adds members of the subgraph, such as data loaders, to the context. Called once per execution,
   * so data loaders cannot cache data across requests.
   */
  context(base: Context): Own
}

/**
 * The maximum number of cached documents. Caching is useful because the gateway sends the same
 * queries repeatedly.
 */
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

  /** Parses and validates each query once. For an invalid query, returns the errors. */
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
      const run = () =>
        execute({ schema, document, variableValues: variables, operationName, contextValue })
      const isMutation = getOperationAST(document, operationName)?.operation === 'mutation'
      const result = await (isMutation ? withoutSnapshots(run) : run())
      if (!('data' in result)) return { errors: result.errors?.map(inputError) }
      const { token } = newSession
      return { ...result, extensions: token === undefined ? undefined : { begun: token } }
    },
  }
}

/**
 * Returns the scalars that the schema declares, because resolvers for other scalars would cause an
 * error.
 */
const scalarsOf = (typeDefs: DocumentNode) =>
  Object.fromEntries(
    Object.entries(scalars).filter(([scalar]) =>
      typeDefs.definitions.some((node) => 'name' in node && node.name?.value === scalar),
    ),
  )

/** Rejects subscriptions during validation, before execution starts. */
const noSubscriptions: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (node.operation === 'subscription')
      context.reportError(new GraphQLError('Subscriptions are not supported.', { nodes: node }))
  },
})

/**
 * Returns an error about the client's input. The gateway has already validated the operation, but
 * only subgraphs validate custom scalars. An error here therefore concerns an input value of the
 * client.
 */
const inputError = ({ message }: { message: string }) =>
  new GraphQLError(sanitizeMessage(message), { extensions: { code: 'BAD_USER_INPUT' } })
