/** A form for the recipients and the frequency of notification emails. */
import {
  Button,
  Caption1,
  Card,
  CardHeader,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Radio,
  RadioGroup,
  Subtitle2,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useHasPermission } from '../../app/session.ts'
import { useForm } from '../../app/use-form.ts'
import { useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { MutationError } from '../../components/mutation-error.tsx'
import { type NotificationFrequency, UpdateNotificationsDocument } from './settings.graphql.ts'
import { type Settings, splitAddresses } from './use-settings.ts'

const useStyles = makeStyles({ muted: { color: tokens.colorNeutralForeground2 } })

const rules = {
  recipients: {
    message: 'Enter at most 20 addresses.',
    accepts: (text: string) => splitAddresses(text).length <= 20,
  },
}

export function Notifications({ settings: { version, notifications } }: { settings: Settings }) {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const mayEdit = useHasPermission('MANAGE_NOTIFICATIONS')
  const update = useTenantMutation(UpdateNotificationsDocument, ['settings'])
  const form = useForm({
    id: 'notifications',
    saved: {
      recipients: notifications.recipients.join('\n'),
      frequency: notifications.frequency,
    },
    rules,
    mutation: update,
  })
  const { hasChanges } = form
  const [isSaved, setSaved] = useState(false)
  const save = async () => {
    const { recipients, frequency } = form.changes
    const changes = {
      ...(recipients !== undefined && { recipients: splitAddresses(recipients) }),
      ...(frequency && { frequency }),
    }
    if (!(await update.run({ input: { tenantId, expectedVersion: version, ...changes } }))) return
    form.reset()
    setSaved(true)
  }
  // Undefined for technicians, who may not know whether the tenant's admins get mail.
  const isMailOff = notifications.mailEnabled === false
  return (
    <Card ref={form.container}>
      <CardHeader header={<Subtitle2 as="h2">Email notifications</Subtitle2>} />
      {isMailOff && <MailOffWarning />}
      <Field
        label="Notification recipients"
        hint="One address per line, up to 20."
        {...form.field('recipients')}
      >
        <Textarea
          rows={5}
          resize="vertical"
          readOnly={!mayEdit}
          spellCheck={false}
          value={form.values.recipients}
          onChange={(_, { value }) => {
            setSaved(false)
            form.set('recipients', value)
          }}
        />
      </Field>
      <Field
        label="Email frequency"
        hint={isMailOff ? undefined : 'Access changes are always sent immediately.'}
      >
        <RadioGroup
          disabled={!mayEdit}
          value={form.values.frequency}
          onChange={(_, { value }) => {
            setSaved(false)
            form.set('frequency', value as NotificationFrequency)
          }}
        >
          <Radio value="IMMEDIATELY" label="Immediately" />
          <Radio value="DAILY" label="Daily" />
          <Radio value="WEEKLY" label="Weekly" />
        </RadioGroup>
      </Field>
      {mayEdit ? (
        <div>
          <Button
            appearance="primary"
            disabledFocusable={!hasChanges || update.isRunning}
            onClick={() => hasChanges && form.submit(save)}
          >
            Save notifications
          </Button>
        </div>
      ) : (
        <Caption1 className={styles.muted}>
          Only the tenant’s admins can change notifications. This keeps technicians from turning off
          emails about their own access.
        </Caption1>
      )}
      <div aria-live="polite">
        <MutationError mutation={update} fields={['recipients']} />
        {isSaved && !hasChanges && (
          <MessageBar intent="success">
            <MessageBarBody>
              {isMailOff
                ? 'Notifications saved. No email is sent about the change.'
                : 'Notifications saved. The previous recipients are notified of the change.'}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
    </Card>
  )
}

function MailOffWarning() {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>No emails are sent.</MessageBarTitle> This service has no mail server, so
        nobody is notified. You can save recipients now. Emails start when the operator of the
        service sets up a mail server.
      </MessageBarBody>
    </MessageBar>
  )
}
