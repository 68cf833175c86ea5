/** Lists the root fields of an operation, for executors that execute them separately. */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export interface RootField {
  responseName: string
  field: FieldNode
  /**
   * The selection to execute instead of the field. It keeps the directives of the fragments that
   * contain the field.
   */
  selection: SelectionNode
}

/** Lists the root fields in the order of execution, including fields in fragments. */
export function* rootFields(
  { selections }: SelectionSetNode,
  fragments: FragmentDefinitionNode[],
): Generator<RootField> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const responseName = (selection.alias ?? selection.name).value
      yield { responseName, field: selection, selection }
      continue
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : fragments.find(({ name }) => name.value === selection.name.value)
    if (!inner) continue // validation has already rejected an unknown fragment
    for (const root of rootFields(inner.selectionSet, fragments))
      yield { ...root, selection: withDirectives(root.selection, selection.directives ?? []) }
  }
}

export const fragmentsOf = (document: DocumentNode): FragmentDefinitionNode[] =>
  document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)

const withDirectives = (
  selection: SelectionNode,
  directives: readonly DirectiveNode[],
): SelectionNode =>
  directives.length === 0
    ? selection
    : {
        kind: Kind.INLINE_FRAGMENT,
        directives,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
      }
