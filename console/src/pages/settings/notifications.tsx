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
import { fieldError, useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { MutationError } from '../../components/mutation-error.tsx'
import { type NotificationFrequency, UpdateNotificationsDocument } from './settings.graphql.ts'
import { type Settings, splitLines } from './use-settings.ts'

const useStyles = makeStyles({ muted: { color: tokens.colorNeutralForeground2 } })

export function Notifications({ settings: { version, notifications } }: { settings: Settings }) {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const mayEdit = useHasPermission('MANAGE_NOTIFICATIONS')
  const update = useTenantMutation(UpdateNotificationsDocument, ['settings'])
  const [recipients, setRecipients] = useState<string | null>(null)
  const [frequency, setFrequency] = useState<NotificationFrequency | null>(null)
  const [isSaved, setSaved] = useState(false)
  const hasChanges = recipients !== null || frequency !== null
  const save = async () => {
    const changes = {
      ...(recipients !== null && { recipients: splitLines(recipients) }),
      ...(frequency && { frequency }),
    }
    if (!(await update.run({ input: { tenantId, expectedVersion: version, ...changes } }))) return
    setRecipients(null)
    setFrequency(null)
    setSaved(true)
  }
  const edit = (applyEdit: () => void) => {
    setSaved(false)
    applyEdit()
  }
  // Undefined for technicians, who may not know whether the tenant's admins get mail.
  const isMailOff = notifications.mailEnabled === false
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">Email notifications</Subtitle2>} />
      {isMailOff && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>No emails are sent.</MessageBarTitle> This service has no mail server,
            so nobody is notified. You can save recipients now. Emails start when the operator of
            the service sets up a mail server.
          </MessageBarBody>
        </MessageBar>
      )}
      <Field
        label="Notification recipients"
        hint="One address per line, up to 20."
        {...fieldError(update, 'recipients')}
      >
        <Textarea
          rows={5}
          resize="vertical"
          readOnly={!mayEdit}
          spellCheck={false}
          value={recipients ?? notifications.recipients.join('\n')}
          onChange={(_, { value }) => edit(() => setRecipients(value))}
        />
      </Field>
      <Field
        label="Email frequency"
        hint={isMailOff ? undefined : 'Access changes are always sent immediately.'}
        {...fieldError(update, 'frequency')}
      >
        <RadioGroup
          disabled={!mayEdit}
          value={frequency ?? notifications.frequency}
          onChange={(_, { value }) => edit(() => setFrequency(value as NotificationFrequency))}
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
            onClick={() => hasChanges && void save()}
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
        <MutationError mutation={update} fields={['recipients', 'frequency']} />
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
