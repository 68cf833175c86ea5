/**
 * Limits on the size of a document and its variables, checked before execution. The libraries
 * expand each fragment once and cache the result, so the time of a check is proportional to the
 * document's size.
 */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import {
  type ASTNode,
  GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql'

export interface QueryLimits {
  /** Lexical tokens of a document, which determine the cost of parsing. */
  tokens: number
  /** Nested selection sets. */
  depth: number
  /** Aliases in one operation. Aliases in a fragment count each time the fragment is used. */
  aliases: number
  directives: number
  /** Selections in one selection set. */
  breadth: number
  /** Items of a list, in the document or in the variables. */
  listLength: number
  /** The number of values in the variables, and their nesting depth. */
  values: number
  valueDepth: number
  /** Uses of one root field in an operation, under any aliases. */
  sameRootField: number
}

/** The limits for clients, at least twice the needs of our own clients (docs/limits.md). */
export const clientLimits: QueryLimits = {
  tokens: 1_000,
  depth: 12,
  aliases: 30,
  directives: 20,
  breadth: 100,
  // The longest input list is a technician allow-list with 1,000 entries. Other input lists have
  // lower limits of their own.
  listLength: 1_024,
  values: 4_000,
  valueDepth: 8,
  sameRootField: 20,
}

/**
 * The limits for the gateway's requests to subgraphs. They are higher, because the gateway requests
 * the entities of a page together under generated aliases.
 */
export const gatewayLimits: QueryLimits = {
  ...clientLimits,
  tokens: 5_000,
  depth: 16,
  aliases: 300,
  breadth: 300,
  listLength: 5_000,
  values: 50_000,
  valueDepth: 10,
  sameRootField: 40,
}

/**
 * Returns the limits as validation rules.
 * @param singleUseMutations mutations that sign in or request access. An operation can contain only
 * one of them in total, because rate limits count requests and several in one request would bypass
 * them.
 */
export function limitRules(
  limits: QueryLimits,
  singleUseMutations: readonly string[],
): ValidationRule[] {
  return [
    maxDepthRule({
      ...armorOptions(limits.depth, 'nested selection sets'),
      flattenFragments: true,
      ignoreIntrospection: false,
    }),
    maxAliasesRule({ ...armorOptions(limits.aliases, 'aliases'), allowList: [] }),
    maxDirectivesRule(armorOptions(limits.directives, 'directives')),
    (context) => {
      const report = (message: string, nodes: ASTNode) =>
        context.reportError(new GraphQLError(message, { nodes }))
      return {
        SelectionSet(node) {
          if (node.selections.length > limits.breadth)
            report(`A selection set can have at most ${limits.breadth} selections.`, node)
        },
        ListValue(node) {
          if (node.values.length > limits.listLength)
            report(`A list can have at most ${limits.listLength} items.`, node)
        },
        OperationDefinition(node) {
          const counts = countRootFields(node, (name) => context.getFragment(name)?.selectionSet)
          for (const [name, count] of counts)
            if (count > limits.sameRootField)
              report(
                `An operation can contain \`${name}\` at most ${limits.sameRootField} times.`,
                node,
              )
          const singleUses = singleUseMutations.reduce(
            (sum, name) => sum + (counts.get(name) ?? 0),
            0,
          )
          if (singleUses > 1)
            report(
              `An operation can contain only one of ${singleUseMutations.join(', ')}. Send one request for each.`,
              node,
            )
        },
      }
    },
  ]
}

/** Options of GraphQL Armor's rules: report an error with our own message, and do not throw. */
const armorOptions = (limit: number, what: string) => ({
  n: limit,
  propagateOnRejection: false,
  onReject: [
    (context: { reportError(error: GraphQLError): void } | null) =>
      context?.reportError(new GraphQLError(`An operation can have at most ${limit} ${what}.`)),
  ],
})

/**
 * Counts each root field, including fields in fragments. Fragments that form a cycle count as
 * empty, because another rule rejects them.
 */
function countRootFields(
  operation: OperationDefinitionNode,
  fragment: (name: string) => SelectionSetNode | undefined,
): Map<string, number> {
  const countsOfFragments = new Map<string, Map<string, number>>()
  const count = (selections: SelectionSetNode | undefined): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === 'Field') {
        counts.set(selection.name.value, (counts.get(selection.name.value) ?? 0) + 1)
        continue
      }
      const inner =
        selection.kind === 'InlineFragment'
          ? count(selection.selectionSet)
          : countFragment(selection.name.value)
      for (const [name, more] of inner) counts.set(name, (counts.get(name) ?? 0) + more)
    }
    return counts
  }
  const countFragment = (name: string): Map<string, number> => {
    const cached = countsOfFragments.get(name)
    if (cached) return cached
    countsOfFragments.set(name, new Map())
    const counts = count(fragment(name))
    countsOfFragments.set(name, counts)
    return counts
  }
  return count(operation.selectionSet)
}

/** Returns why variables exceed the limits, or null if they do not. */
export function variablesProblem(variables: unknown, limits: QueryLimits): string | null {
  let values = 0
  const problemIn = (value: unknown, depth: number): string | null => {
    if (++values > limits.values) return `Variables can have at most ${limits.values} values.`
    if (value === null || typeof value !== 'object') return null
    if (depth > limits.valueDepth)
      return `Variables can be nested at most ${limits.valueDepth} levels deep.`
    if (Array.isArray(value) && value.length > limits.listLength)
      return `A list can have at most ${limits.listLength} items.`
    for (const member of Object.values(value)) {
      const problem = problemIn(member, depth + 1)
      if (problem) return problem
    }
    return null
  }
  return problemIn(variables, 0)
}
