/**
 * Limits for the size of a GraphQL document and of its variables, checked before execution. The
 * time of these checks is proportional to the size of the document, because each fragment is
 * expanded only once.
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
  /** The number of lexical tokens in a document. This number determines the cost of parsing. */
  tokens: number
  /** Nested selection sets. */
  depth: number
  /**
   * The number of aliases in one operation. Aliases in a fragment count each time the fragment is
   * used.
   */
  aliases: number
  directives: number
  /** The number of selections in one selection set. */
  breadth: number
  /** The number of items in a list, in the document or in the variables. */
  listLength: number
  /** The number of values in the variables. `valueDepth` limits their nesting. */
  values: number
  valueDepth: number
  /** The number of uses of one root field in an operation, under any aliases. */
  sameRootField: number
}

/**
 * The limits for clients. The limits are at least twice the needs of our own clients
 * (docs/limits.md).
 */
export const clientLimits: QueryLimits = {
  tokens: 1_000,
  depth: 12,
  aliases: 30,
  directives: 20,
  breadth: 100,
  // The longest input list is a technician allow-list with 1,000 entries. Other input lists have
  // lower separate limits.
  listLength: 1_024,
  values: 4_000,
  valueDepth: 8,
  sameRootField: 20,
}

/**
 * The limits for requests from the gateway to subgraphs. They are higher than the client limits,
 * because the gateway fetches all entities of a page in one request with generated aliases.
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
 * one of these mutations. Otherwise clients could bypass the rate limits, which count requests.
 */
export function limitRules(
  limits: QueryLimits,
  singleUseMutations: readonly string[],
): ValidationRule[] {
  return [
    maxDepthRule({
      ...armorOptions(limits.depth, 'nested selection sets'),
      flattenFragments: true,
      ignoreIntrospection: true,
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

/**
 * Options for the rules of GraphQL Armor. The rules then report errors with our own message instead
 * of throwing.
 */
const armorOptions = (limit: number, what: string) => ({
  n: limit,
  propagateOnRejection: false,
  onReject: [
    (context: { reportError(error: GraphQLError): void } | null) =>
      context?.reportError(new GraphQLError(`An operation can have at most ${limit} ${what}.`)),
  ],
})

/**
 * Counts the uses of each root field, including fields in fragments. Cyclic fragments count as
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

/** Returns a message if the variables exceed the limits, otherwise null. */
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
