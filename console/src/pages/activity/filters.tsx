/** What to look for. Each choice goes into the address bar at once. */
import {
  Button,
  Combobox,
  Dropdown,
  Field,
  Input,
  makeStyles,
  Option,
  OptionGroup,
  SearchBox,
  Tag,
  TagGroup,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular, FilterRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ask } from '../../app/graphql.ts'
import {
  ActivityActorsDocument,
  type ActivityOutcome,
  type LoginMethod,
} from './activity.graphql.ts'
import { type ActivitySearch, filterOf } from './search-params.ts'
import {
  actionName,
  actionNames,
  actionPrefixes,
  clockOf,
  counted,
  dayOf,
  doorNames,
  doors,
  kindOf,
  outcomeNames,
  outcomes,
} from './labels.ts'

const useStyles = makeStyles({
  frame: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'end' },
  words: { flex: '2 1 14rem' },
  search: { width: '100%', maxWidth: 'none' },
  field: {
    flex: '1 1 11rem',
    minWidth: 0,
    maxWidth: '20rem',
    '@media (max-width: 40rem)': { maxWidth: 'none' },
  },
  expand: {
    minWidth: '24px',
    minHeight: '24px',
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
  },
  control: { minWidth: 0, width: '100%' },
  tags: { flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
})

interface Props {
  tenantId: string
  search: ActivitySearch
  onFilter: (change: Partial<ActivitySearch>) => void
}

export function Filters({ tenantId, search, onFilter }: Props) {
  const styles = useStyles()
  const chosen = chosenOf(search)
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 60rem)').matches)
  return (
    <search className={styles.frame} aria-label="Filters">
      <div className={styles.row}>
        <Words words={search.words} onChange={(words) => onFilter({ words })} />
        <Button icon={<FilterRegular />} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer filters' : 'More filters'}
        </Button>
      </div>
      {isOpen && <Choices tenantId={tenantId} search={search} onFilter={onFilter} />}
      {chosen.length > 0 && (
        <div className={styles.row}>
          <TagGroup
            aria-label="Filters that are set"
            className={styles.tags}
            size="small"
            onDismiss={(_, { value }) => onFilter(chosen.find(({ key }) => key === value)!.without)}
          >
            {chosen.map(({ key, text }) => (
              <Tag
                key={key}
                value={key}
                dismissible
                dismissIcon={{ 'aria-label': `Remove ${text}` }}
              >
                {text}
              </Tag>
            ))}
          </TagGroup>
          <Button
            size="small"
            appearance="subtle"
            icon={<DismissRegular />}
            onClick={() =>
              onFilter(Object.fromEntries(Object.keys(search).map((name) => [name, undefined])))
            }
          >
            Clear all
          </Button>
        </div>
      )}
    </search>
  )
}

/** Taken when somebody presses Enter or goes on, so that no half word is looked for. */
function Words({
  words,
  onChange,
}: {
  words: string | undefined
  onChange: (words: string | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState(words ?? '')
  useEffect(() => setTyped(words ?? ''), [words])
  const take = (text: string) => {
    if ((text.trim() || undefined) !== words) onChange(text.trim() || undefined)
  }
  return (
    <Field label="Words in who, what and changes" className={styles.words}>
      <SearchBox
        className={styles.search}
        value={typed}
        maxLength={200}
        placeholder="Press Enter to search"
        onChange={(_, { value }) => {
          setTyped(value)
          if (value === '') take('')
        }}
        onKeyDown={({ key }) => key === 'Enter' && take(typed)}
        onBlur={() => take(typed)}
      />
    </Field>
  )
}

function Choices({ tenantId, search, onFilter }: Props) {
  const styles = useStyles()
  return (
    <div className={styles.row}>
      <Moment label="From" value={search.from} onChange={(from) => onFilter({ from })} />
      <Moment label="Before" value={search.to} onChange={(to) => onFilter({ to })} />
      <Field label="Outcome" className={styles.field}>
        <Dropdown
          multiselect
          className={styles.control}
          placeholder="Any"
          selectedOptions={search.outcome ?? []}
          value={(search.outcome ?? []).map((outcome) => outcomeNames[outcome]).join(', ')}
          onOptionSelect={(_, { selectedOptions }) =>
            onFilter({ outcome: some(selectedOptions as ActivityOutcome[]) })
          }
        >
          {outcomes.map((outcome) => (
            <Option key={outcome} value={outcome}>
              {outcomeNames[outcome]}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label="Door" className={styles.field}>
        <Dropdown
          multiselect
          className={styles.control}
          placeholder="Any"
          selectedOptions={search.door ?? []}
          value={(search.door ?? []).map((door) => doorNames[door]).join(', ')}
          onOptionSelect={(_, { selectedOptions }) =>
            onFilter({ door: some(selectedOptions as LoginMethod[]) })
          }
        >
          {doors.map((door) => (
            <Option key={door} value={door}>
              {doorNames[door]}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Actions actions={search.action} onChange={(action) => onFilter({ action })} />
      <Actors tenantId={tenantId} search={search} onChange={(actor) => onFilter({ actor })} />
    </div>
  )
}

/** The API takes 50 of each. */
const some = <Item,>(items: Item[]): Item[] | undefined =>
  items.length ? items.slice(0, 50) : undefined

const [minuteMs, local] = [
  60_000,
  (iso: string | undefined) => (iso ? isoWithoutZone(new Date(iso)) : ''),
]
function isoWithoutZone(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * minuteMs).toISOString().slice(0, 16)
}

/** In the time of whoever looks; the address bar has it in UTC. */
function Moment({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (iso: string | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState(local(value))
  useEffect(() => setTyped(local(value)), [value])
  const take = () => {
    if (typed === local(value)) return
    const date = new Date(typed)
    onChange(Number.isNaN(date.getTime()) ? undefined : date.toISOString())
  }
  return (
    <Field label={label} className={styles.field}>
      <Input
        type="datetime-local"
        className={styles.control}
        value={typed}
        onChange={(_, { value }) => setTyped(value)}
        onBlur={take}
        onKeyDown={({ key }) => key === 'Enter' && take()}
      />
    </Field>
  )
}

function Actions({
  actions = [],
  onChange,
}: {
  actions: string[] | undefined
  onChange: (actions: string[] | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState('')
  const matches = (action: string) =>
    `${action} ${actionName(action)}`.toLowerCase().includes(typed.toLowerCase())
  const exact = Object.keys(actionNames).filter(matches)
  const prefixes = actionPrefixes.filter(matches)
  return (
    <Field label="Action" className={styles.field}>
      <Combobox
        multiselect
        freeform
        className={styles.control}
        input={{ className: styles.control }}
        expandIcon={{ className: styles.expand }}
        placeholder={actions.length ? counted(actions.length, 'action') : 'Any'}
        value={typed}
        selectedOptions={actions}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped('')}
        onOptionSelect={(_, { selectedOptions }) => {
          setTyped('')
          onChange(some(selectedOptions))
        }}
      >
        {typed && !(typed in actionNames) && /^[\w.]+\*?$/.test(typed) && (
          <Option value={typed}>{typed}</Option>
        )}
        {prefixes.length > 0 && (
          <OptionGroup label="All of a kind">
            {prefixes.map((prefix) => (
              <Option key={prefix} value={prefix}>
                {prefix}
              </Option>
            ))}
          </OptionGroup>
        )}
        {exact.length > 0 && (
          <OptionGroup label="One">
            {exact.map((action) => (
              <Option key={action} value={action} text={actionName(action)}>
                {`${actionName(action)} (${action})`}
              </Option>
            ))}
          </OptionGroup>
        )}
      </Combobox>
    </Field>
  )
}

/** Whoever did something in the time that is looked at, most first. */
function Actors({
  tenantId,
  search,
  onChange,
}: {
  tenantId: string
  search: ActivitySearch
  onChange: (keys: string[] | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState('')
  const actors = useActors(tenantId, search)
  const chosen = search.actor ?? []
  const shown = actors
    .filter(({ key, displayName }) =>
      `${displayName} ${key}`.toLowerCase().includes(typed.toLowerCase()),
    )
    .slice(0, 100)
  return (
    <Field label="Who" className={styles.field}>
      <Combobox
        multiselect
        freeform
        className={styles.control}
        input={{ className: styles.control }}
        expandIcon={{ className: styles.expand }}
        placeholder={chosen.length ? counted(chosen.length, 'person', 'people') : 'Anybody'}
        value={typed}
        selectedOptions={chosen}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped('')}
        onOptionSelect={(_, { selectedOptions }) => {
          setTyped('')
          onChange(some(selectedOptions))
        }}
      >
        {shown.map(({ key, displayName, __typename }) => (
          <Option key={key} value={key} text={displayName}>
            {`${displayName} (${kindOf(__typename)})`}
          </Option>
        ))}
      </Combobox>
    </Field>
  )
}

export function useActors(tenantId: string, search: ActivitySearch) {
  const filter = filterOf({ from: search.from, to: search.to })
  const { data } = useQuery({
    queryKey: ['activity', tenantId, 'counts', 'actors', filter],
    queryFn: ({ signal }) => ask(tenantId, ActivityActorsDocument, { tenantId, filter }, signal),
    staleTime: 60_000,
  })
  return (
    data?.tenant?.activitySummary?.rows
      .map(({ actor }) => actor)
      .filter((actor) => actor !== null) ?? []
  )
}

/** What is set, each with what is left when it is taken away. */
function chosenOf(
  search: ActivitySearch,
): { key: string; text: string; without: Partial<ActivitySearch> }[] {
  const { from, to, session, words } = search
  const of = <Name extends 'actor' | 'door' | 'action' | 'outcome'>(
    name: Name,
    textOf: (value: never) => string,
  ) =>
    (search[name] ?? []).map((value) => ({
      key: `${name}:${value}`,
      text: textOf(value as never),
      without: {
        [name]: some((search[name] as string[]).filter((other) => other !== value)),
      } as Partial<ActivitySearch>,
    }))
  return [
    ...(from
      ? [
          {
            key: 'from',
            text: `From ${dayOf(from)}, ${clockOf(from)}`,
            without: { from: undefined },
          },
        ]
      : []),
    ...(to
      ? [{ key: 'to', text: `Before ${dayOf(to)}, ${clockOf(to)}`, without: { to: undefined } }]
      : []),
    ...of('outcome', (outcome: ActivityOutcome) => outcomeNames[outcome]),
    ...of('door', (door: LoginMethod) => doorNames[door]),
    ...of('action', actionName),
    ...of('actor', (key: string) => `Who: ${key}`),
    ...(session
      ? [
          {
            key: 'session',
            text: `Session ${session.slice(0, 8)}…`,
            without: { session: undefined },
          },
        ]
      : []),
    ...(words ? [{ key: 'words', text: `“${words}”`, without: { words: undefined } }] : []),
  ]
}
