/**
 * Converts UUIDs in arguments of the type `ID` to lower case before rules and resolvers receive
 * them. All identifiers of this service are UUIDs, and GraphQL does not allow another
 * implementation of its scalar `ID`.
 */
import {
  GraphQLID,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { parseUuid } from '../lib/uuid.ts'

type Arguments = Record<string, unknown>
type Resolve = (parent: unknown, args: Arguments, context: unknown, info: unknown) => unknown
type Members = readonly { name: string; type: GraphQLInputType }[]

/** Returns middleware for the fields of the schema that have arguments. */
export function lowerCaseIds(schema: GraphQLSchema) {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType)
  const fields = types
    .filter(({ name }) => !name.startsWith('__'))
    .map(
      (type) =>
        [type.name, Object.values(type.getFields()).filter(({ args }) => args.length > 0)] as const,
    )
  return Object.fromEntries(
    fields
      .filter(([, withArguments]) => withArguments.length > 0)
      .map(([type, withArguments]) => [
        type,
        Object.fromEntries(withArguments.map(({ name, args }) => [name, middleware(args)])),
      ]),
  )
}

const middleware =
  (members: Members) =>
  (resolve: Resolve, parent: unknown, args: Arguments, context: unknown, info: unknown) =>
    resolve(parent, convertMembers(args, members), context, info)

const convertMembers = (value: object, members: Members): Arguments =>
  Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      convert(member, members.find(({ name }) => name === key)?.type),
    ]),
  )

function convert(value: unknown, type: GraphQLInputType | undefined): unknown {
  if (isNonNullType(type)) return convert(value, type.ofType)
  if (isListType(type))
    return Array.isArray(value)
      ? value.map((item) => convert(item, type.ofType as GraphQLInputType))
      : value
  if (isInputObjectType(type))
    return value ? convertMembers(value, Object.values(type.getFields())) : value
  return type === GraphQLID ? (parseUuid(value) ?? value) : value
}
