/**
 * graphql-shield as it can be trusted: deny by default, nothing cached between fields, every refusal in the log.
 *
 * 7.6.5 calls `util.isUndefined`, which Node 23 removed, and only its CommonJS build loads at all; shield and
 * graphql-middleware must come from the same build or their generators do not recognise each other.
 */
import { createRequire } from 'node:module'
import util from 'node:util'
import { GraphQLError, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql'
import type { applyMiddleware as ApplyMiddleware } from 'graphql-middleware'
import type * as Shield from 'graphql-shield'
import { recordDenial } from '../audit/refusals.ts'
import type { Viewer } from '../auth/viewer.ts'
import { badInput, isDenial } from '../lib/errors.ts'
import type { Context } from './context.ts'
import { deniedField } from './own-tenant.ts'

Object.assign(util, { isUndefined: (value: unknown) => value === undefined })
const require = createRequire(import.meta.url)

export const { rule, allow, deny, and, or, chain } = require('graphql-shield') as typeof Shield
const { shield } = require('graphql-shield') as typeof Shield
const { applyMiddleware } = require('graphql-middleware') as {
  applyMiddleware: typeof ApplyMiddleware
}

export type ShieldRule = Parameters<typeof and>[number]

/** A line per field that the schema gives out; what has no line is denied. `'*'` stands for the remaining fields of a type. */
export type Permissions = Record<string, Record<string, ShieldRule>>

/** The scalar of representations takes anything: what names no type is refused here, before a resolver stumbles over it. */
const ofReferences = rule({ cache: 'no_cache' })(
  (_parent: unknown, { representations }: { representations: unknown[] }) => {
    const isReference = (one: unknown) =>
      typeof (one as { __typename?: unknown } | null)?.__typename === 'string'
    return representations.every(isReference) || badInput('A reference names its type.')
  },
)

/** What only federation itself asks for. Entities guard themselves: no rule runs before `__resolveReference`. */
const federationFields: Permissions = {
  Query: { _service: allow, _entities: ofReferences },
  _Service: { '*': allow },
}

/**
 * The schema, guarded. Mutations get `context.recheck` beside it, which asks their own rule again for the viewer as it stands under lock.
 */
export function guard(schema: GraphQLSchema, permissions: Permissions): GraphQLSchema {
  const options = { fallbackRule: deny, allowExternalErrors: false, fallbackError, debug: false }
  const rules: Permissions = {}
  for (const [type, fields] of [
    ...Object.entries(federationFields),
    ...Object.entries(permissions),
  ]) {
    const known = schema.getType(type)
    if (!known || !('getFields' in known)) continue
    const present = known.getFields()
    rules[type] = {
      ...rules[type],
      ...Object.fromEntries(
        Object.entries(fields).filter(([field]) => !(field.startsWith('_') && !(field in present))),
      ),
    }
  }
  const record =
    (rechecked: boolean) =>
    (field: string) =>
    async (
      resolve: Resolve,
      parent: object,
      args: object,
      context: Context,
      info: GraphQLResolveInfo,
    ) => {
      const own = rechecked
        ? { ...context, recheck: recheckBy(permissions.Mutation?.[field], args, context, info) }
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
  // Every field with a line or a resolver of its own; the others can neither be refused nor refuse by themselves.
  const recording = Object.fromEntries(
    Object.entries(permissions).flatMap(([type, lines]) => {
      const known = schema.getType(type)
      if (!known || !('getFields' in known)) return []
      const fields = Object.entries(known.getFields()).filter(
        ([name, field]) => name in lines || ('resolve' in field && field.resolve),
      )
      const wrap = record(type === 'Mutation')
      return fields.length
        ? [[type, Object.fromEntries(fields.map(([name]) => [name, wrap(name)]))]]
        : []
    }),
  )
  return applyMiddleware(schema, recording, shield(rules, options as never))
}

type Resolve = (parent: object, args: object, context: Context, info: GraphQLResolveInfo) => unknown

const recheckBy =
  (permission: ShieldRule | undefined, args: object, context: Context, info: GraphQLResolveInfo) =>
  async (viewer: Viewer) => {
    const answer = await permission?.resolve(
      {},
      args,
      { ...context, viewer, _shield: { cache: {} } } as never,
      info,
      {
        debug: false,
      } as never,
    )
    if (answer !== true)
      throw answer instanceof Error ? answer : new Error('a mutation without a rule')
  }

/** Refusals are GraphQLErrors and pass; anything else is a bug of ours, and says so to us and not to the caller. */
function fallbackError(
  error: unknown,
  _parent: unknown,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): Error {
  if (error instanceof GraphQLError) return error
  if (error === null)
    return new GraphQLError('You may not read this.', { extensions: { code: 'FORBIDDEN' } })
  context.log.error(
    {
      err: error,
      field: `${info.parentType.name}.${info.fieldName}`,
      requestId: context.request.requestId,
    },
    'a resolver failed',
  )
  return new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  })
}
