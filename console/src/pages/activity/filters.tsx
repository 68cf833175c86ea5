/** Shows the filters of the Activity log. Each change of a filter immediately updates the URL. */
import { Button, Field, makeStyles, SearchBox, tokens } from '@fluentui/react-components'
import { FilterRegular } from '@fluentui/react-icons'
import { useEffect, useState } from 'react'
import { ActiveFilters } from './active-filters.tsx'
import { FilterFields } from './filter-fields.tsx'
import type { ActivitySearch } from './search-params.ts'

const useStyles = makeStyles({
  frame: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'end' },
  searchField: { flex: '2 1 14rem' },
  searchBox: { width: '100%', maxWidth: 'none' },
})

export function Filters({
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
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 60rem)').matches)
  return (
    <search className={styles.frame} aria-label="Filters">
      <div className={styles.row}>
        <SearchField text={search.text} onChange={(text) => onFilter({ text })} />
        <Button icon={<FilterRegular />} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide filters' : 'Filters'}
        </Button>
      </div>
      {isOpen && <FilterFields tenantId={tenantId} search={search} onFilter={onFilter} />}
      <ActiveFilters tenantId={tenantId} search={search} onFilter={onFilter} onClear={onClear} />
    </search>
  )
}

/** A search box that starts the search when the user presses Enter or leaves the box. */
function SearchField({
  text,
  onChange,
}: {
  text: string | undefined
  onChange: (text: string | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState(text ?? '')
  useEffect(() => setTyped(text ?? ''), [text])
  const submit = (value: string) => {
    const next = value.trim() || undefined
    if (next !== text) onChange(next)
  }
  return (
    <Field label="Search" className={styles.searchField}>
      <SearchBox
        className={styles.searchBox}
        value={typed}
        maxLength={200}
        placeholder="Search by person, action or value"
        onChange={(_, { value }) => {
          setTyped(value)
          if (value === '') submit('')
        }}
        onKeyDown={({ key }) => key === 'Enter' && submit(typed)}
        onBlur={() => submit(typed)}
      />
    </Field>
  )
}
