/** Scalars of the contract. Values from outside are checked here, once, and are what they say afterwards. */
import { GraphQLScalarType, Kind } from 'graphql'
import { DateTimeResolver, EmailAddressResolver, JSONResolver } from 'graphql-scalars'

const text = (name: string, what: string, accepts: (value: string) => boolean) => {
  const parse = (value: unknown) => {
    if (typeof value === 'string' && accepts(value)) return value
    throw new TypeError(`${name} is ${what}.`)
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
  throw new TypeError('SafeInt is a whole number from 0 to 2^53 - 1.')
}

/** As the service gives it out; nobody sends it. */
const base64 = new GraphQLScalarType<never, string>({
  name: 'Base64',
  serialize: (value) => Buffer.from(value as Uint8Array).toString('base64'),
  parseValue: () => {
    throw new TypeError('Base64 is for answers alone.')
  },
})

export const scalars = {
  DateTime: DateTimeResolver,
  UUID: text('UUID', 'a UUID in lower case', (value) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  ),
  URL: text('URL', 'an absolute URL', (value) => value.length <= 8192 && URL.canParse(value)),
  EmailAddress: EmailAddressResolver,
  JSON: JSONResolver,
  SafeInt: new GraphQLScalarType<number, number>({
    name: 'SafeInt',
    serialize: safeInt,
    parseValue: safeInt,
    parseLiteral: (node) => safeInt(node.kind === Kind.INT ? Number(node.value) : undefined),
  }),
  Base64: base64,
}
