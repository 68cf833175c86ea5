/** The input fields of the filter: times, outcome, sign-in method, action and user. */
import {
  Caption1,
  Combobox,
  Dropdown,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  Option,
  OptionGroup,
  tokens,
} from '@fluentui/react-components'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { formatCount } from '../../app/format.ts'
import { actorTypeLabel, methodLabels, signInMethods } from '../../app/labels.ts'
import { actionFilterLabel, findActions, isOtherAction } from './action-groups.ts'
import { outcomeLabels, outcomes } from './labels.ts'
import { type ActivitySearch, limitEntries, parseTime } from './search-params.ts'
import { useActors } from './use-actors.ts'

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'end' },
  field: {
    flex: '1 1 9rem',
    minWidth: 0,
    maxWidth: '20rem',
    '@media (max-width: 40rem)': { maxWidth: 'none' },
  },
  // Wide enough for a date with a time and the calendar icon.
  time: { flexBasis: '13rem' },
  // WCAG 2.2 (2.5.8) requires pointer targets of at least 24 by 24 CSS pixels.
  expandIcon: {
    minWidth: '24px',
    minHeight: '24px',
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
  },
  control: { minWidth: 0, width: '100%' },
  // Wider than the field, so that each label fits on one line.
  listbox: { minWidth: 'min(24rem, 90vw)', maxHeight: '60vh' },
  muted: { color: tokens.colorNeutralForeground2 },
})

interface Props {
  tenantId: string
  search: ActivitySearch
  onFilter: (change: Partial<ActivitySearch>) => void
}

export function FilterFields({ tenantId, search, onFilter }: Props) {
  const styles = useStyles()
  return (
    <div className={styles.row}>
      <TimeField
        label="Start date (UTC)"
        value={search.from}
        onChange={(from) => onFilter({ from })}
      />
      <TimeField label="End date (UTC)" value={search.to} onChange={(to) => onFilter({ to })} />
      <ChoiceField
        label="Outcome"
        choices={outcomes}
        labels={outcomeLabels}
        selected={search.outcome}
        onChange={(outcome) => onFilter({ outcome })}
      />
      <ChoiceField
        label="Sign-in method"
        choices={signInMethods}
        labels={methodLabels}
        selected={search.method}
        onChange={(method) => onFilter({ method })}
      />
      <ActionField actions={search.action} onChange={(action) => onFilter({ action })} />
      <UserField tenantId={tenantId} search={search} onChange={(actor) => onFilter({ actor })} />
    </div>
  )
}

/** An input field for a time in UTC, with a precision of one minute. */
function TimeField({
  label,
  value,
  onChange,
}: {
  label: string
  /** The time in RFC 3339 format. */
  value: string | undefined
  onChange: (iso: string | undefined) => void
}) {
  const styles = useStyles()
  const inputValue = value?.slice(0, 'YYYY-MM-DDTHH:MM'.length) ?? ''
  const [typed, setTyped] = useState(inputValue)
  useEffect(() => setTyped(inputValue), [inputValue])
  const submit = () => {
    if (typed === inputValue) return
    const iso = typed ? parseTime(`${typed}Z`) : undefined
    if (iso || !typed) onChange(iso)
  }
  const isInvalid = typed !== '' && parseTime(`${typed}Z`) === undefined
  return (
    <Field
      label={label}
      className={mergeClasses(styles.field, styles.time)}
      {...(isInvalid && {
        validationState: 'error' as const,
        validationMessage: 'Enter a year of four digits.',
      })}
    >
      <Input
        type="datetime-local"
        className={styles.control}
        value={typed}
        onChange={(_, { value }) => setTyped(value)}
        onBlur={submit}
        onKeyDown={({ key }) => key === 'Enter' && submit()}
      />
    </Field>
  )
}

function ChoiceField<Choice extends string>({
  label,
  choices,
  labels,
  selected = [],
  onChange,
}: {
  label: string
  choices: Choice[]
  labels: Record<Choice, string>
  selected: Choice[] | undefined
  onChange: (selected: Choice[] | undefined) => void
}) {
  const styles = useStyles()
  return (
    <Field label={label} className={styles.field}>
      <Dropdown
        multiselect
        className={styles.control}
        placeholder="All"
        selectedOptions={selected}
        value={selected.map((choice) => labels[choice]).join(', ')}
        onOptionSelect={(_, { selectedOptions }) =>
          onChange(limitEntries(selectedOptions as Choice[]))
        }
      >
        {choices.map((choice) => (
          <Option key={choice} value={choice}>
            {labels[choice]}
          </Option>
        ))}
      </Dropdown>
    </Field>
  )
}

function ActionField({
  actions = [],
  onChange,
}: {
  actions: string[] | undefined
  onChange: (actions: string[] | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState('')
  const groups = findActions(typed)
  const isOther = isOtherAction(typed)
  const select = (selected: string[]) => {
    setTyped('')
    onChange(limitEntries(selected))
  }
  return (
    <Field label="Action" className={styles.field}>
      <Combobox
        multiselect
        freeform
        className={styles.control}
        input={{ className: styles.control }}
        expandIcon={{ className: styles.expandIcon }}
        listbox={{ className: styles.listbox }}
        placeholder={actions.length ? `${actions.length} selected` : 'All'}
        value={typed}
        selectedOptions={actions}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped('')}
        onOptionSelect={(_, { selectedOptions }) => select(selectedOptions)}
        onKeyDown={(event) => {
          const first = isOther ? typed : groups[0]?.values[0]
          if (first && typed && isEnterWithoutOption(event))
            select([...new Set([...actions, first])])
        }}
      >
        {isOther && <ActionOption value={typed} />}
        {groups.map(({ label, values }) => (
          <OptionGroup key={label} label={label}>
            {values.map((value) => (
              <ActionOption key={value} value={value} />
            ))}
          </OptionGroup>
        ))}
        {!isOther && groups.length === 0 && (
          <Option disabled value="">
            No matching actions. An asterisk (*) can only be at the end.
          </Option>
        )}
      </Combobox>
    </Field>
  )
}

/**
 * True if the user pressed Enter and no option is active. Fluent activates an option only if its
 * label starts with the typed text, so the first option that was found is selected instead.
 */
const isEnterWithoutOption = ({ key, currentTarget }: KeyboardEvent<Element>) =>
  key === 'Enter' && !currentTarget.hasAttribute('aria-activedescendant')

function ActionOption({ value }: { value: string }) {
  const styles = useStyles()
  return (
    <Option value={value} text={actionFilterLabel(value)}>
      <div>
        {actionFilterLabel(value)}
        <Caption1 block className={styles.muted}>
          {value}
        </Caption1>
      </div>
    </Option>
  )
}

/**
 * A field that lists at most 100 users with events in the filter's time range. The users with the
 * most events come first.
 */
function UserField({
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
  const selected = search.actor ?? []
  const options = actors
    .filter(({ key, displayName }) =>
      `${displayName} ${key}`.toLowerCase().includes(typed.toLowerCase()),
    )
    .slice(0, 100)
  const select = (keys: string[]) => {
    setTyped('')
    onChange(limitEntries(keys))
  }
  return (
    <Field label="User" className={styles.field}>
      <Combobox
        multiselect
        freeform
        className={styles.control}
        input={{ className: styles.control }}
        expandIcon={{ className: styles.expandIcon }}
        placeholder={selected.length ? formatCount(selected.length, 'user') : 'All users'}
        value={typed}
        selectedOptions={selected}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped('')}
        onOptionSelect={(_, { selectedOptions }) => select(selectedOptions)}
        onKeyDown={(event) => {
          const first = options[0]?.key
          if (first && typed && isEnterWithoutOption(event))
            select([...new Set([...selected, first])])
        }}
      >
        {options.map(({ key, displayName, __typename }) => (
          <Option key={key} value={key} text={displayName}>
            {`${displayName} (${actorTypeLabel(__typename)})`}
          </Option>
        ))}
      </Combobox>
    </Field>
  )
}
