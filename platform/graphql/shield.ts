/**
 * Configures graphql-shield to deny by default, to cache nothing between fields, and to record each
 * denial. This file defines `util.isUndefined`, because graphql-shield 7.6.5 calls this function
 * but Node 23 removed it. graphql-shield works only as CommonJS. graphql-middleware must also be
 * loaded as CommonJS, because otherwise the two packages do not recognize each other's generators.
 */
import { createRequire } from 'node:module'
import util from 'node:util'
import {
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import type { applyMiddleware as ApplyMiddleware } from 'graphql-middleware'
import type * as Shield from 'graphql-shield'
import { recordDenial } from '../audit/refusals.ts'
import type { Viewer } from '../auth/viewer.ts'
import { badInput, isDenial } from '../lib/errors.ts'
import type { Context } from './context.ts'
import { lowerCaseIds } from './lower-case-ids.ts'
import { deniedField } from './own-tenant.ts'

Object.assign(util, { isUndefined: (value: unknown) => value === undefined })
const require = createRequire(import.meta.url)

export const { rule, allow, deny, and, or, chain } = require('graphql-shield') as typeof Shield
const { shield } = require('graphql-shield') as typeof Shield
const { applyMiddleware } = require('graphql-middleware') as {
  applyMiddleware: typeof ApplyMiddleware
}

export type ShieldRule = Parameters<typeof and>[number]

/**
 * One rule per field of the schema. A field without a rule is denied, and `'*'` is the rule for all
 * other fields of a type.
 */
export type Permissions = Record<string, Record<string, ShieldRule>>

/**
 * Rejects entity representations without a `__typename`. The scalar type of representations accepts
 * any JSON, so resolvers would otherwise receive invalid values.
 */
const namesTypes = rule({ cache: 'no_cache' })(
  (_parent: unknown, { representations }: { representations: unknown[] }) => {
    const isReference = (one: unknown) =>
      typeof (one as { __typename?: unknown } | null)?.__typename === 'string'
    return (
      representations.every(isReference) ||
      badInput('Each representation must have a `__typename`.')
    )
  },
)

/**
 * The rules for fields that only gateways use. graphql-shield runs no rule before
 * `__resolveReference`, so the resolvers of entities check the tenant themselves.
 */
const federationFields: Permissions = {
  Query: { _service: allow, _entities: namesTypes },
  _Service: { '*': allow },
}

type Resolve = (parent: object, args: object, context: Context, info: GraphQLResolveInfo) => unknown

/**
 * Adds the permissions to the schema. Mutations also receive `context.recheck`, which evaluates the
 * rule again for the viewer that was loaded under the tenant's lock.
 */
export function guard(schema: GraphQLSchema, permissions: Permissions): GraphQLSchema {
  const options = { fallbackRule: deny, allowExternalErrors: false, fallbackError, debug: false }
  const rules = rulesOf(schema, permissions)
  return applyMiddleware(
    schema,
    lowerCaseIds(schema),
    recorders(schema, permissions),
    shield(rules, options as never),
  )
}

/**
 * Returns the rules for types and fields of this schema, because graphql-shield rejects rules for
 * other fields.
 */
function rulesOf(schema: GraphQLSchema, permissions: Permissions): Permissions {
  const rules: Permissions = {}
  for (const [type, lines] of [
    ...Object.entries(federationFields),
    ...Object.entries(permissions),
  ]) {
    const fields = fieldsOf(schema.getType(type))
    if (!fields) continue
    const present = Object.entries(lines).filter(
      ([name]) => !name.startsWith('_') || name in fields,
    )
    rules[type] = { ...rules[type], ...Object.fromEntries(present) }
  }
  return rules
}

/**
 * Returns middleware that records denials. Only fields with a rule or a resolver get this
 * middleware, because other fields cannot be denied.
 */
function recorders(schema: GraphQLSchema, permissions: Permissions) {
  return Object.fromEntries(
    Object.entries(permissions).flatMap(([type, lines]) => {
      const guarded = Object.entries(fieldsOf(schema.getType(type)) ?? {}).filter(
        ([name, field]) => name in lines || ('resolve' in field && field.resolve),
      )
      if (guarded.length === 0) return []
      const middleware = guarded.map(([name]) => [
        name,
        type === 'Mutation' ? recordDenials(lines[name]) : recordDenials(),
      ])
      return [[type, Object.fromEntries(middleware)]]
    }),
  )
}

const fieldsOf = (type: GraphQLNamedType | undefined) =>
  type && 'getFields' in type ? type.getFields() : undefined

/** @param permission the rule of a mutation, which `context.recheck` evaluates again */
const recordDenials =
  (permission?: ShieldRule) =>
  async (
    resolve: Resolve,
    parent: object,
    args: object,
    context: Context,
    info: GraphQLResolveInfo,
  ) => {
    const own =
      info.parentType.name === 'Mutation'
        ? { ...context, recheck: recheckOf(permission, args, context, info) }
        : context
    let result: unknown
    try {
      result = await resolve(parent, args, own, info)
    } catch (error) {
      result = error
    }
    if (isDenial(result)) {
      const { input } = args as { input?: { tenantId?: unknown } }
      await recordDenial(context, result.code, deniedField(info, input?.tenantId))
    }
    if (result instanceof Error) throw result
    return result
  }

const recheckOf =
  (permission: ShieldRule | undefined, args: object, context: Context, info: GraphQLResolveInfo) =>
  async (viewer: Viewer) => {
    const answer = await permission?.resolve(
      {},
      args,
      { ...context, viewer, _shield: { cache: {} } } as never,
      info,
      { debug: false } as never,
    )
    if (answer === true) return
    throw answer instanceof Error
      ? answer
      : new Error(`The mutation ${info.fieldName} has no permission rule.`)
  }

/**
 * Returns the error that the client receives when a resolver fails. GraphQL errors are returned
 * unchanged. All other errors are logged and replaced by a generic message.
 */
function fallbackError(
  error: unknown,
  _parent: unknown,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): Error {
  if (error instanceof GraphQLError) return error
  if (error === null)
    return new GraphQLError('You do not have permission to read this field.', {
      extensions: { code: 'FORBIDDEN' },
    })
  const field = `${info.parentType.name}.${info.fieldName}`
  const { requestId } = context.request
  context.log.error({ err: error, field, requestId }, 'A resolver failed.')
  return new GraphQLError('An internal error occurred. Retry later.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  })
}
