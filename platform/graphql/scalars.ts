/**
 * The custom scalars of the schema. The scalars validate input from clients, so resolvers do not
 * have to validate it again. UUID and EmailAddress are the exceptions: people type these values, so
 * the mutation validates them and reports a mistyped one as a user error of its field.
 */
import { GraphQLScalarType, Kind } from 'graphql'
import { DateTimeResolver, JSONResolver } from 'graphql-scalars'
import { canonicalAddress, displayedAddress } from '../lib/domain.ts'
import { parseUuid } from '../lib/uuid.ts'

/** @param read returns the value that resolvers receive, or null if the text is invalid */
const text = (name: string, what: string, read: (value: string) => string | null) => {
  const parse = (value: unknown) => {
    const parsed = typeof value === 'string' ? read(value) : null
    if (parsed !== null) return parsed
    throw new TypeError(`A ${name} must be ${what}.`)
  }
  return new GraphQLScalarType<string, string>({
    name,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  })
}

const safeInt = (value: unknown): number => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new TypeError('A SafeInt must be an integer between 0 and 2^53 - 1.')
}

/**
 * A point in time (RFC 3339). With an offset, a year of four digits can mean a time before the year
 * 0 or after the year 9999 in UTC, which RFC 3339 cannot represent.
 */
const dateTime = new GraphQLScalarType<Date, Date>({
  ...DateTimeResolver.toConfig(),
  parseValue: (value) => inRange(DateTimeResolver.parseValue(value)),
  parseLiteral: (node) => inRange(DateTimeResolver.parseLiteral(node)),
})
const earliest = Date.parse('0000-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')
function inRange(date: Date): Date {
  if (date.getTime() >= earliest && date.getTime() <= latest) return date
  throw new TypeError('A DateTime must be in the years 0000 to 9999 in UTC.')
}

/**
 * An e-mail address. Resolvers receive its domain in ASCII, and clients receive it in Unicode. The
 * log shows the ASCII form, in which look-alike domains differ.
 */
const emailAddress = new GraphQLScalarType<string, string>({
  ...text('EmailAddress', 'a string', (value) => canonicalAddress(value) ?? value).toConfig(),
  serialize: (value) => displayedAddress(String(value)),
})

/** Binary data as base64. Only output fields use this scalar. */
const base64 = new GraphQLScalarType<never, string>({
  name: 'Base64',
  serialize: (value) => Buffer.from(value as Uint8Array).toString('base64'),
  parseValue: () => {
    throw new TypeError('Base64 values cannot be used as input.')
  },
})

export const scalars = {
  DateTime: dateTime,
  UUID: text('UUID', 'a string', (value) => parseUuid(value) ?? value),
  URL: text('URL', 'an absolute URL of at most 8,192 characters', (value) =>
    value.length <= 8192 && URL.canParse(value) ? value : null,
  ),
  EmailAddress: emailAddress,
  JSON: JSONResolver,
  SafeInt: new GraphQLScalarType<number, number>({
    name: 'SafeInt',
    serialize: safeInt,
    parseValue: safeInt,
    parseLiteral: (node) => safeInt(node.kind === Kind.INT ? Number(node.value) : undefined),
  }),
  Base64: base64,
}
