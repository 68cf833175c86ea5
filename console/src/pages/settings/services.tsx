/** A form that selects the services of the tenant to back up. */
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
import { useHasPermission } from '../../app/session.ts'
import { useForm } from '../../app/use-form.ts'
import { useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { MutationError } from '../../components/mutation-error.tsx'
import { UpdateServicesDocument } from './settings.graphql.ts'
import type { Settings } from './use-settings.ts'

type ServiceName = Exclude<keyof Settings['services'], '__typename'>

const serviceLabels: Record<ServiceName, string> = {
  mail: 'Mail',
  calendar: 'Calendars',
  contacts: 'Contacts',
  oneDrive: 'OneDrive',
  sharePoint: 'SharePoint',
  teams: 'Teams',
}
const serviceNames = Object.keys(serviceLabels) as ServiceName[]

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
  const mayEdit = useHasPermission('UPDATE_SETTINGS')
  const update = useTenantMutation(UpdateServicesDocument, ['settings'])
  const form = useForm<Record<ServiceName, boolean>>({
    id: 'services',
    saved: services,
    mutation: update,
  })
  const { hasChanges, changes } = form
  const [isSaved, setSaved] = useState(false)
  const save = async () => {
    if (!(await update.run({ input: { tenantId, expectedVersion: version, ...changes } }))) return
    form.reset()
    setSaved(true)
  }
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">Backed-up services</Subtitle2>} />
      <fieldset className={styles.grid} aria-label="Backed-up services">
        {serviceNames.map((name) => (
          <Checkbox
            key={name}
            label={serviceLabels[name]}
            disabled={!mayEdit}
            checked={form.values[name]}
            onChange={(_, { checked }) => {
              setSaved(false)
              form.set(name, checked === true)
            }}
          />
        ))}
      </fieldset>
      {mayEdit ? (
        <div>
          <Button
            appearance="primary"
            disabledFocusable={!hasChanges || update.isRunning}
            onClick={() => hasChanges && form.submit(save)}
          >
            Save services
          </Button>
        </div>
      ) : (
        <Caption1 className={styles.muted}>Your role does not allow you to change these.</Caption1>
      )}
      <div aria-live="polite">
        <MutationError mutation={update} />
        {isSaved && !hasChanges && (
          <MessageBar intent="success">
            <MessageBarBody>Services saved.</MessageBarBody>
          </MessageBar>
        )}
      </div>
    </Card>
  )
}
