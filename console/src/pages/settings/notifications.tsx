/** Who gets mail, and how often. */
import {
  Button,
  Caption1,
  Card,
  CardHeader,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  Subtitle2,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { fieldProblem, Problem, useChange } from '../../app/use-mutation.tsx'
import { useMay } from '../../app/session.ts'
import { type NotificationFrequency, UpdateNotificationsDocument } from './settings.graphql.ts'
import { linesOf, type Settings } from './use-settings.ts'

const useStyles = makeStyles({ muted: { color: tokens.colorNeutralForeground2 } })

export function Notifications({ settings: { version, notifications } }: { settings: Settings }) {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const may = useMay('MANAGE_NOTIFICATIONS')
  const update = useChange(UpdateNotificationsDocument, ['settings'])
  const [recipients, setRecipients] = useState<string | null>(null)
  const [frequency, setFrequency] = useState<NotificationFrequency | null>(null)
  const [isSaved, setSaved] = useState(false)
  const isChanged = recipients !== null || frequency !== null
  const save = async () => {
    const changes = {
      ...(recipients !== null && { recipients: linesOf(recipients) }),
      ...(frequency && { frequency }),
    }
    if (!(await update.run({ input: { tenantId, expectedVersion: version, ...changes } }))) return
    setRecipients(null)
    setFrequency(null)
    setSaved(true)
  }
  const edit = (change: () => void) => {
    setSaved(false)
    change()
  }
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">Who gets mail</Subtitle2>} />
      <Field
        label="Recipients"
        hint="One address a line, at most 20."
        {...fieldProblem(update, 'recipients')}
      >
        <Textarea
          rows={5}
          resize="vertical"
          readOnly={!may}
          spellCheck={false}
          value={recipients ?? notifications.recipients.join('\n')}
          onChange={(_, { value }) => edit(() => setRecipients(value))}
        />
      </Field>
      <Field
        label="Routine mail"
        hint="What concerns access to the tenant is always sent at once."
        {...fieldProblem(update, 'frequency')}
      >
        <RadioGroup
          disabled={!may}
          value={frequency ?? notifications.frequency}
          onChange={(_, { value }) => edit(() => setFrequency(value as NotificationFrequency))}
        >
          <Radio value="IMMEDIATELY" label="As it happens" />
          <Radio value="DAILY" label="Once a day" />
          <Radio value="WEEKLY" label="Once a week" />
        </RadioGroup>
      </Field>
      {may ? (
        <div>
          <Button
            appearance="primary"
            disabledFocusable={!isChanged || update.isRunning}
            onClick={() => isChanged && void save()}
          >
            Save notifications
          </Button>
        </div>
      ) : (
        <Caption1 className={styles.muted}>
          Only admins of the tenant choose who gets mail, so that nobody from outside can silence
          it.
        </Caption1>
      )}
      <div aria-live="polite">
        <Problem change={update} fields={['recipients', 'frequency']} />
        {isSaved && !isChanged && (
          <MessageBar intent="success">
            <MessageBarBody>Saved. The recipients so far hear of it too.</MessageBarBody>
          </MessageBar>
        )}
      </div>
    </Card>
  )
}
