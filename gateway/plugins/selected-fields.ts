/**
 * Lists the fields that an operation reads, for the Activity Log. A list contains at most 50
 * fields.
 */
import {
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

const maxFields = 50

export interface SelectedOperation {
  operation: OperationDefinitionNode
  fragments: FragmentDefinitionNode[]
  schema: GraphQLSchema
  /** The variables as the client sent them. They decide about `@skip` and `@include`. */
  variables: Record<string, unknown>
}

/**
 * Lists the fields of a query, two levels deep, such as `tenant.activityLog`. The list contains
 * schema names, not aliases.
 */
export function fieldsOfQuery(selected: SelectedOperation): string[] {
  const { operation, fragments } = selected
  const found = new Set<string>()
  const enterFragment = createFragmentLookup(fragments)
  const isSelected = createSelectionFilter(selected)
  const visit = (set: SelectionSetNode, path: string): void => {
    for (const selection of set.selections) {
      if (found.size >= maxFields) return
      if (!isSelected(selection)) continue
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, path)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = enterFragment(selection.name.value, path)
        if (fragment) visit(fragment.selectionSet, path)
      } else if (!selection.name.value.startsWith('__')) {
        if (path === '' && selection.selectionSet)
          visit(selection.selectionSet, `${selection.name.value}.`)
        else found.add(path + selection.name.value)
      }
    }
  }
  visit(operation.selectionSet, '')
  return [...found]
}

/** Fields of `Tenant` that only identify the tenant, so reading them is not recorded. */
const identifyingFields = new Set(['id', 'name', '__typename'])

/**
 * Lists the fields of `Tenant` that a mutation's response reads, such as
 * `updateServiceSettings.tenant.activityLog`. Only the fields of `Tenant` can return data that the
 * mutation did not change.
 */
export function fieldsReadByMutation(selected: SelectedOperation): string[] {
  const { operation, fragments, schema } = selected
  const found = new Set<string>()
  const enterFragment = createFragmentLookup(fragments)
  const isSelected = createSelectionFilter(selected)
  const visit = (set: SelectionSetNode, typeName: string, path: string): void => {
    const type = schema.getType(typeName)
    for (const selection of set.selections) {
      if (found.size >= maxFields) return
      if (!isSelected(selection)) continue
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, path)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = enterFragment(selection.name.value, path)
        if (fragment) visit(fragment.selectionSet, fragment.typeCondition.name.value, path)
      } else if (typeName === 'Tenant') {
        const name = selection.name.value
        if (!identifyingFields.has(name)) found.add(path + name)
      } else if (selection.selectionSet && type && 'getFields' in type) {
        const name = selection.name.value
        const field = type.getFields()[name]
        if (field) visit(selection.selectionSet, getNamedType(field.type).name, `${path}${name}.`)
      }
    }
  }
  visit(operation.selectionSet, schema.getMutationType()?.name ?? 'Mutation', '')
  return [...found]
}

/**
 * Returns a function that is false for a selection that `@skip` or `@include` leaves out. If the
 * variables are invalid, every selection counts as selected.
 */
function createSelectionFilter({ operation, schema, variables }: SelectedOperation) {
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  return (selection: SelectionNode): boolean =>
    coerced === undefined ||
    (getDirectiveValues(GraphQLSkipDirective, selection, coerced)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, selection, coerced)?.if !== false)
}

/**
 * Returns a lookup function that finds each fragment only once per path, and then returns null.
 * Otherwise, a chain of fragments that each spread the next fragment twice would take exponential
 * time.
 */
function createFragmentLookup(fragments: FragmentDefinitionNode[]) {
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
  const visited = new Set<string>()
  return (name: string, path: string): FragmentDefinitionNode | null => {
    const place = `${path} ${name}`
    if (visited.has(place)) return null
    visited.add(place)
    return byName.get(name) ?? null
  }
}
