/** What is backed up. */
import {
  Button,
  Caption1,
  Card,
  CardHeader,
  Checkbox,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Subtitle2,
  tokens,
} from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Problem, useChange } from '../../app/use-mutation.tsx'
import { useMay } from '../../app/session.ts'
import { UpdateServicesDocument } from './settings.graphql.ts'
import type { Settings } from './use-settings.ts'

type ServiceName = keyof Settings['services']

const names: Record<Exclude<ServiceName, '__typename'>, string> = {
  mail: 'Mail',
  calendar: 'Calendars',
  contacts: 'Contacts',
  oneDrive: 'OneDrive',
  sharePoint: 'SharePoint',
  teams: 'Teams',
}

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    margin: 0,
    padding: 0,
    border: 'none',
    gridTemplateColumns: 'repeat(auto-fill, minmax(9rem, 1fr))',
  },
  muted: { color: tokens.colorNeutralForeground2 },
})

export function Services({ settings: { version, services } }: { settings: Settings }) {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const may = useMay('UPDATE_SETTINGS')
  const update = useChange(UpdateServicesDocument, ['settings'])
  // Only what this person changed: what others changed meanwhile shows through.
  const [edits, setEdits] = useState<Partial<Record<ServiceName, boolean>>>({})
  const [isSaved, setSaved] = useState(false)
  const changed = Object.fromEntries(
    Object.entries(edits).filter(([name, value]) => services[name as ServiceName] !== value),
  )
  const isChanged = Object.keys(changed).length > 0
  const save = async () => {
    if (!(await update.run({ input: { tenantId, expectedVersion: version, ...changed } }))) return
    setEdits({})
    setSaved(true)
  }
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">What is backed up</Subtitle2>} />
      <fieldset className={styles.grid} aria-label="What is backed up">
        {(Object.keys(names) as (keyof typeof names)[]).map((name) => (
          <Checkbox
            key={name}
            label={names[name]}
            disabled={!may}
            checked={edits[name] ?? services[name]}
            onChange={(_, { checked }) => {
              setSaved(false)
              setEdits({ ...edits, [name]: checked === true })
            }}
          />
        ))}
      </fieldset>
      {may ? (
        <div>
          <Button
            appearance="primary"
            disabledFocusable={!isChanged || update.isRunning}
            onClick={() => isChanged && void save()}
          >
            Save services
          </Button>
        </div>
      ) : (
        <Caption1 className={styles.muted}>Your role does not let you change these.</Caption1>
      )}
      <div aria-live="polite">
        <Problem change={update} />
        {isSaved && !isChanged && (
          <MessageBar intent="success">
            <MessageBarBody>Saved.</MessageBarBody>
          </MessageBar>
        )}
      </div>
    </Card>
  )
}
