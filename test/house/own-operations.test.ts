/**
 * The operations of our own clients (console, demo and example) need at most half of each limit, as
 * docs/limits.md says. Their pages have 100 entries here, more than the clients request.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  buildSchema,
  type DocumentNode,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Lexer,
  parse,
  print,
  type SelectionSetNode,
  Source,
  separateOperations,
  typeFromAST,
  validate,
} from 'graphql'
import { expect, test } from 'vitest'
import { queryComplexityPlugin } from '../../gateway/plugins/query-complexity.ts'
import { clientLimits } from '../../platform/graphql/query-limits.ts'
import { fieldCosts, pageTypes } from '../../subgraphs/audit/field-costs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const schema = buildSchema(text('docs/schema.graphql'))
const pageSize = 100

/** The operations in the console's files and in the strings of demo and example. */
const operations: DocumentNode[] = [
  ...Object.values(
    separateOperations(
      parse(globSync('console/src/**/*.graphql', { cwd: root }).map(text).join('\n')),
    ),
  ),
  ...globSync('{demo,examples}/*.ts', { cwd: root })
    .flatMap((path) => [
      ...text(path).matchAll(/(['`])((?:query|mutation)\b[^'`$]*(?:\$\w[^'`$]*)*)\1/g),
    ])
    .map(([, , operation = '']) => parse(operation)),
]

function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType)
  if (isListType(type)) return [sampleOf(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, sampleOf(field.type)]),
    )
  if (type.name === 'Boolean') return true
  return /Int$/.test(type.name) ? pageSize : 'x'
}

const operationOf = (document: DocumentNode) =>
  document.definitions.find((node) => node.kind === 'OperationDefinition')!

async function costOf(document: DocumentNode): Promise<{ requested: number; maximum: number }> {
  const operation = operationOf(document)
  const variables = (operation.variableDefinitions ?? []).map(({ variable, type }) => [
    variable.name.value,
    sampleOf(typeFromAST(schema, type as never) as GraphQLInputType),
  ])
  const plugin = queryComplexityPlugin({ fields: fieldCosts, pages: pageTypes })
  const listener = await plugin.requestDidStart!({} as never)
  const request = { variables: Object.fromEntries(variables) }
  await listener!.didResolveOperation!({ schema, document, request } as never)
  const body = { kind: 'single', singleResult: {} as { extensions?: { cost: never } } }
  await listener!.willSendResponse!({ response: { body } } as never)
  return body.singleResult.extensions!.cost
}

function tokensIn(document: DocumentNode): number {
  const lexer = new Lexer(new Source(print(document)))
  let tokens = 0
  while (lexer.advance().kind !== '<EOF>') tokens++
  return tokens
}

/** Returns the number of nested selection sets, with fragments in place. */
function depthOf(document: DocumentNode): number {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === 'FragmentDefinition' ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  )
  const depth = (set: SelectionSetNode): number =>
    Math.max(
      ...set.selections.map((node) => {
        if (node.kind === 'FragmentSpread') return depth(fragments.get(node.name.value)!)
        if (node.kind === 'InlineFragment') return depth(node.selectionSet)
        return node.selectionSet ? 1 + depth(node.selectionSet) : 0
      }),
    )
  const operation = operationOf(document)
  return 1 + depth(operation.selectionSet)
}

test('each operation of our own clients needs at most half of each limit', async () => {
  expect(operations.length).toBeGreaterThan(40)
  for (const document of operations) {
    const shown = print(document).slice(0, 200)
    expect([shown, validate(schema, document)]).toEqual([shown, []])
    const { requested, maximum } = await costOf(document)
    const shares = {
      tokens: tokensIn(document) / clientLimits.tokens,
      depth: depthOf(document) / clientLimits.depth,
      cost: requested / maximum,
    }
    for (const [name, share] of Object.entries(shares))
      expect([shown, name, share <= 0.5, share]).toEqual([shown, name, true, share])
  }
})

test('a tail of 1,000 events with proofs needs at most half of the cost limit', async () => {
  const tail = `{ tenant(id: "x") { activityTail(first: 1000) { events {
    id occurredAt action integrity { leafHash inclusionPath checkpoint { note } } } } } }`
  const { requested, maximum } = await costOf(parse(tail))
  expect(requested).toBeGreaterThan(1_000)
  expect(requested).toBeLessThanOrEqual(maximum / 2)
})
