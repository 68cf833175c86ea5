/**
 * Shows the "Login with IT Complete" switch, its last change, and the reasons why it cannot be
 * turned on.
 */
import {
  Body1,
  Caption1,
  Card,
  CardHeader,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Subtitle2,
  Switch,
  tokens,
} from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { formatCount, formatDateTime } from '../../app/format.ts'
import { useHasPermission } from '../../app/session.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { StepUpPrompt } from '../../components/step-up-prompt.tsx'
import { DisableDialog } from './disable-dialog.tsx'
import { EnableDialog } from './enable-dialog.tsx'
import type { Settings } from './use-settings.ts'

type Feature = Settings['itCompleteLogin']

const useStyles = makeStyles({ muted: { color: tokens.colorNeutralForeground2 } })

export function FeatureToggle({
  settings,
  hasPartner,
}: {
  settings: Settings
  hasPartner: boolean
}) {
  const styles = useStyles()
  const feature = settings.itCompleteLogin
  const { enabled, canEnable, blockers } = feature
  const mayDisable = useHasPermission('DISABLE_IT_COMPLETE_LOGIN')
  const [dialog, setDialog] = useState<'enable' | 'disable' | null>(null)
  const [ended, setEnded] = useState<{ sessions: number; handoffs: number } | null>(null)
  const toggle = (on: boolean) => {
    setEnded(null)
    setDialog(on ? 'enable' : 'disable')
  }
  const state = enabled ? 'On' : 'Off'
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">Login with IT Complete</Subtitle2>} />
      <Body1>
        While this is on, technicians of your partners sign in to this tenant from Kaseya VSA or
        Unitrends UniView with their account there, and everything they do is recorded in the
        Activity log under that identity. While it is off, everyone must sign in with Microsoft.
      </Body1>
      <Switch
        label={state}
        aria-label={`Login with IT Complete: ${state}`}
        checked={enabled}
        disabled={enabled ? !mayDisable : !canEnable}
        aria-describedby="it-complete-login-changed"
        onChange={(_, { checked }) => toggle(checked)}
      />
      <Caption1 id="it-complete-login-changed" className={styles.muted}>
        {lastChangeOf(feature)}
      </Caption1>
      <div aria-live="polite">
        {ended && (
          <MessageBar intent="success" layout="multiline">
            <MessageBarBody>
              Login with IT Complete is off. Ended {formatCount(ended.sessions, 'session')} and{' '}
              {formatCount(ended.handoffs, 'pending sign-in')}.
            </MessageBarBody>
          </MessageBar>
        )}
        {enabled && !hasPartner && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              Login with IT Complete is on, but this tenant has no active partner, so no technician
              can sign in.
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {!enabled && blockers.map((blocker) => <Blocker key={blocker} blocker={blocker} />)}
      {dialog === 'enable' && (
        <EnableDialog version={settings.version} onClose={() => setDialog(null)} />
      )}
      {dialog === 'disable' && (
        <DisableDialog
          onClose={() => setDialog(null)}
          onDisabled={(sessions, handoffs) => {
            setDialog(null)
            setEnded({ sessions, handoffs })
          }}
        />
      )}
    </Card>
  )
}

function lastChangeOf({ enabled, changedAt, changedBy }: Feature): string {
  if (!changedAt) return 'Never turned on.'
  const who = changedBy ? ` by ${changedBy.displayName}` : ''
  const instance = changedBy && 'instance' in changedBy ? `, ${changedBy.instance}` : ''
  return `Turned ${enabled ? 'on' : 'off'} ${formatDateTime(changedAt)}${who}${instance}.`
}

/** Shows one reason why the feature cannot be turned on, and how to resolve it. */
function Blocker({ blocker }: { blocker: Feature['blockers'][number] }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  if (blocker === 'STEP_UP_REQUIRED')
    return <StepUpPrompt purpose="to turn on Login with IT Complete" />
  if (blocker === 'TENANT_NOT_ASSOCIATED')
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>
          This tenant has no partner, so nobody can sign in from VSA or UniView. Add your MSP first;
          ask them for their client ID.
        </MessageBarBody>
        <MessageBarActions>
          <LinkButton to="/t/$tenantId/settings" params={{ tenantId }} search={{ tab: 'partners' }}>
            Add partner
          </LinkButton>
        </MessageBarActions>
      </MessageBar>
    )
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        Only a Global or Spanning Admin can turn on Login with IT Complete.
      </MessageBarBody>
    </MessageBar>
  )
}
