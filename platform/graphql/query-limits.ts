/**
 * How much one document may ask for, looked at before anything of it is executed. The libraries expand fragments once each and remember
 * what they found, so that looking costs no more than the document is long.
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

export interface Limits {
  /** Lexical tokens of a document: what it costs to parse. */
  tokens: number
  /** Selection sets within one another. */
  depth: number
  /** In all, fragments counted where they are spread. */
  aliases: number
  directives: number
  /** Selections in one set. */
  breadth: number
  /** Members of a list, in the document or in its variables. */
  listLength: number
  /** Values in the variables, and how deep they stand within one another. */
  values: number
  valueDepth: number
  /** How often one root field may stand in an operation, under whatever aliases. */
  sameRootField: number
  /** Root fields of which an operation holds no more than one. */
  onlyOneOf: readonly string[]
}

/** Beyond what any client of ours asks for by a factor of two and more (docs/limits.md). */
export const clientLimits: Limits = {
  tokens: 1_000,
  depth: 12,
  aliases: 30,
  directives: 20,
  breadth: 100,
  // Of the inputs, a technician allow-list is the longest: 1,000. Others say their own bounds.
  listLength: 1_024,
  values: 4_000,
  valueDepth: 8,
  sameRootField: 20,
  // Each is an attempt to get in: they are bounded per request as they are per minute.
  onlyOneOf: [
    'createHandoff',
    'redeemHandoff',
    'validateHandoff',
    'startMicrosoftLogin',
    'completeMicrosoftLogin',
    'requestPartnerAssociation',
  ],
}

/** What a gateway may ask of a subgraph in turn: a page's entities at once, under names of its own. */
export const gatewayLimits: Limits = {
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

const refused = (message: string, node: ASTNode) => new GraphQLError(message, { nodes: node })

/** The limits as rules of validation. */
export function limitRules(limits: Limits): ValidationRule[] {
  const tell = (what: string, most: number) => ({
    n: most,
    propagateOnRejection: false,
    onReject: [
      (context: { reportError(error: GraphQLError): void } | null) =>
        context?.reportError(new GraphQLError(`At most ${most} ${what}.`)),
    ],
  })
  return [
    maxDepthRule({
      ...tell('selections may stand within one another', limits.depth),
      flattenFragments: true,
      ignoreIntrospection: false,
    }),
    maxAliasesRule({ ...tell('aliases in one operation', limits.aliases), allowList: [] }),
    maxDirectivesRule(tell('directives in one operation', limits.directives)),
    (context) => ({
      SelectionSet(node) {
        if (node.selections.length > limits.breadth)
          context.reportError(
            refused(`At most ${limits.breadth} selections stand side by side.`, node),
          )
      },
      ListValue(node) {
        if (node.values.length > limits.listLength)
          context.reportError(refused(`A list holds at most ${limits.listLength}.`, node))
      },
      OperationDefinition(node) {
        const times = rootFields(node, (name) => context.getFragment(name)?.selectionSet)
        for (const [name, count] of times)
          if (count > limits.sameRootField)
            context.reportError(
              refused(
                `\`${name}\` stands at most ${limits.sameRootField} times in an operation.`,
                node,
              ),
            )
        const attempts = limits.onlyOneOf.reduce((sum, name) => sum + (times.get(name) ?? 0), 0)
        if (attempts > 1)
          context.reportError(
            refused('One attempt to sign in, or to ask for an association, in an operation.', node),
          )
      },
    }),
  ]
}

/** How often each root field is asked for. Fragments that spread one another in circles are another rule's to refuse. */
function rootFields(
  operation: OperationDefinitionNode,
  fragment: (name: string) => SelectionSetNode | undefined,
): Map<string, number> {
  const known = new Map<string, Map<string, number>>()
  const count = (selections: SelectionSetNode | undefined): Map<string, number> => {
    const times = new Map<string, number>()
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === 'Field') {
        times.set(selection.name.value, (times.get(selection.name.value) ?? 0) + 1)
        continue
      }
      const inner =
        selection.kind === 'InlineFragment'
          ? count(selection.selectionSet)
          : ofFragment(selection.name.value)
      for (const [name, more] of inner) times.set(name, (times.get(name) ?? 0) + more)
    }
    return times
  }
  const ofFragment = (name: string): Map<string, number> => {
    const before = known.get(name)
    if (before) return before
    known.set(name, new Map())
    const times = count(fragment(name))
    known.set(name, times)
    return times
  }
  return count(operation.selectionSet)
}

/** What is too much of the values that come beside a document; null where nothing is. */
export function variablesProblem(variables: unknown, limits: Limits): string | null {
  let values = 0
  const tooMuch = (value: unknown, depth: number): string | null => {
    if (++values > limits.values) return `Variables hold at most ${limits.values} values.`
    if (value === null || typeof value !== 'object') return null
    if (depth > limits.valueDepth) return `Variables nest at most ${limits.valueDepth} deep.`
    if (Array.isArray(value) && value.length > limits.listLength)
      return `A list holds at most ${limits.listLength}.`
    for (const member of Object.values(value)) {
      const problem = tooMuch(member, depth + 1)
      if (problem) return problem
    }
    return null
  }
  return tooMuch(variables, 0)
}
