/** Shows the active filters as tags. Removing a tag removes its filter. */
import { Button, makeStyles, Tag, TagGroup, tokens } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { formatDateTime } from '../../app/format.ts'
import { methodLabels } from '../../app/labels.ts'
import { actionFilterLabel } from './action-groups.ts'
import { outcomeLabels } from './labels.ts'
import { type ActivitySearch, limitEntries } from './search-params.ts'
import { useActors } from './use-actors.ts'

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'end' },
  tags: { flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
})

interface ActiveFilter {
  key: string
  label: string
  /** The changes to the search parameters that remove this filter. */
  removal: Partial<ActivitySearch>
}

export function ActiveFilters({
  tenantId,
  search,
  onFilter,
  onClear,
}: {
  tenantId: string
  search: ActivitySearch
  onFilter: (change: Partial<ActivitySearch>) => void
  onClear: () => void
}) {
  const styles = useStyles()
  const actors = useActors(tenantId, search, search.actor !== undefined)
  const actorName = (key: string) => actors.find((actor) => actor.key === key)?.displayName ?? key
  const filters = activeFilters(search, actorName)
  if (!filters.length) return null
  const remove = (key: string) => {
    const filter = filters.find((candidate) => candidate.key === key)
    if (filter) onFilter(filter.removal)
  }
  return (
    <div className={styles.row}>
      <TagGroup
        aria-label="Active filters"
        className={styles.tags}
        size="small"
        onDismiss={(_, { value }) => remove(value)}
      >
        {filters.map(({ key, label }) => (
          <Tag
            key={key}
            value={key}
            dismissible
            dismissIcon={{ 'aria-label': `Remove filter: ${label}` }}
          >
            {label}
          </Tag>
        ))}
      </TagGroup>
      <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={onClear}>
        Clear filters
      </Button>
    </div>
  )
}

function activeFilters(search: ActivitySearch, actorName: (key: string) => string): ActiveFilter[] {
  const { from, to, outcome, method, action, actor, session, text } = search
  const list = <Value extends string>(
    name: 'outcome' | 'method' | 'action' | 'actor',
    values: Value[] | undefined,
    label: (value: Value) => string,
  ): ActiveFilter[] =>
    (values ?? []).map((value) => ({
      key: `${name}:${value}`,
      label: label(value),
      removal: { [name]: limitEntries((values ?? []).filter((other) => other !== value)) },
    }))
  const single = (
    name: 'from' | 'to' | 'session' | 'text',
    value: string | undefined,
    label: (value: string) => string,
  ): ActiveFilter[] =>
    value === undefined ? [] : [{ key: name, label: label(value), removal: { [name]: undefined } }]
  return [
    ...single('from', from, (iso) => `Start: ${formatDateTime(iso)}`),
    ...single('to', to, (iso) => `End: ${formatDateTime(iso)}`),
    ...list('outcome', outcome, (value) => outcomeLabels[value]),
    ...list('method', method, (value) => methodLabels[value]),
    ...list('action', action, actionFilterLabel),
    ...list('actor', actor, (key) => `User: ${actorName(key)}`),
    ...single('session', session, (id) => `Session ${id.slice(0, 8)}…`),
    ...single('text', text, (value) => `“${value}”`),
  ]
}
