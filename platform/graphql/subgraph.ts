/** What makes a subgraph out of its schema, resolvers and permissions: an executor that is the same in one process and over HTTP. */
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
  /** What goes to the gateway; `extensions.begun` is for it alone and never for a client. */
  execute(
    request: SubgraphRequest,
    asked: Pick<Context, 'viewer' | 'request'>,
  ): Promise<ExecutionResult<Record<string, unknown>, { begun?: string }>>
}

interface Definition<Own extends Context> {
  name: Subgraph['name']
  typeDefs: DocumentNode
  resolvers: Record<string, unknown>
  permissions: Permissions
  /** Adds what is the subgraph's own, such as its loaders; called once per execution, so that nothing outlives the request. */
  context(base: Context): Own
}

export function makeSubgraph<Own extends Context>(
  { name, typeDefs, resolvers, permissions, context }: Definition<Own>,
  { db, log }: Pick<Context, 'db' | 'log'>,
): Subgraph {
  const used = Object.fromEntries(
    Object.entries(scalars).filter(([scalar]) =>
      typeDefs.definitions.some((node) => 'name' in node && node.name?.value === scalar),
    ),
  )
  const schema = guard(
    buildSubgraphSchema([{ typeDefs, resolvers: { ...used, ...resolvers } as never }]),
    permissions,
  )
  const rules = [
    ...specifiedRules,
    NoSchemaIntrospectionCustomRule,
    noSubscriptions,
    ...limitRules(gatewayLimits),
  ]
  const documents = new Map<string, DocumentNode | readonly GraphQLError[]>()

  /** The gateway's queries are few and repeat: parsed and validated once each. */
  function documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(query)
    if (known) return known
    const document = parse(query, { maxTokens: gatewayLimits.tokens })
    const errors = validate(schema, document, rules)
    const entry = errors.length ? errors : document
    if (documents.size >= maxDocuments) documents.delete(documents.keys().next().value!)
    documents.set(query, entry)
    return entry
  }

  return {
    name,
    async execute({ query, variables, operationName }, asked) {
      const problem = variablesProblem(variables, gatewayLimits)
      if (problem) return { errors: [badValue({ message: problem })] }
      let document: DocumentNode | readonly GraphQLError[]
      try {
        document = documentOf(query)
      } catch (error) {
        return { errors: [badValue(error as GraphQLError)] }
      }
      if (!('kind' in document)) return { errors: document.map(badValue) }
      const begun: Context['newSession'] = {}
      const contextValue = {
        ...context({ ...asked, db, log, newSession: begun }),
        _shield: { cache: {} },
      }
      const result = await execute({
        schema,
        document,
        variableValues: variables,
        operationName,
        contextValue,
      })
      if (!('data' in result)) return { errors: result.errors?.map(badValue) }
      return {
        ...result,
        extensions: begun.token === undefined ? undefined : { begun: begun.token },
      }
    },
  }
}

/** There are none in any schema; the executor would find that out too late to refuse the request. */
const noSubscriptions: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (node.operation === 'subscription')
      context.reportError(new GraphQLError('There are no subscriptions here.', { nodes: node }))
  },
})

/** The gateway has compared the operation with the API already, but knows no scalars: what is left to be wrong are their values. */
const badValue = ({ message }: { message: string }) =>
  new GraphQLError(sanitizeMessage(message), { extensions: { code: 'BAD_USER_INPUT' } })

const maxDocuments = 1_000
