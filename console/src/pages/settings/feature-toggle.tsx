/** The "Login with IT Complete" switch: how it stands, why it cannot be turned on, and what turning it off will end. */
import {
  Body1,
  Caption1,
  Card,
  CardHeader,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Subtitle2,
  Switch,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Problem, useChange } from '../../app/use-mutation.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { ask } from '../../app/graphql.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { useMay, useViewer } from '../../app/session.ts'
import { StepUp } from '../../components/step-up-prompt.tsx'
import { formatTime } from '../../app/labels.ts'
import { DisableDialogDocument, DisableDocument, EnableDocument } from './settings.graphql.ts'
import type { Settings } from './use-settings.ts'

const useStyles = makeStyles({ muted: { color: tokens.colorNeutralForeground2 } })

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

export function Switcher({ settings, hasPartner }: { settings: Settings; hasPartner: boolean }) {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const { enabled, changedAt, changedBy, canEnable, blockers } = settings.itCompleteLogin
  const mayDisable = useMay('DISABLE_IT_COMPLETE_LOGIN')
  const enable = useChange(EnableDocument, ['settings'])
  const [isAsking, setAsking] = useState(false)
  const [ended, setEnded] = useState<{ sessions: number; handoffs: number } | null>(null)
  const turn = async (on: boolean) => {
    setEnded(null)
    if (!on) return setAsking(true)
    await enable.run({ input: { tenantId, expectedVersion: settings.version } })
  }
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">Login with IT Complete</Subtitle2>} />
      <Body1>
        Technicians of the MSPs that this tenant is associated with sign in from Kaseya VSA or
        Unitrends UniView with the account that they have there. While it is on, everything that
        they do stands in the Activity Log under that identity. While it is off, Microsoft sign-in
        is the only way in.
      </Body1>
      <Switch
        label="Login with IT Complete"
        checked={enabled}
        disabled={enabled ? !mayDisable : !canEnable}
        aria-describedby="it-complete-login-changed"
        onChange={(_, { checked }) => void turn(checked)}
      />
      <Caption1 id="it-complete-login-changed" className={styles.muted}>
        {changedAt
          ? `Turned ${enabled ? 'on' : 'off'} ${formatTime(changedAt)}${changedBy ? ` by ${changedBy.displayName}` : ''}${
              changedBy && 'instance' in changedBy ? `, ${changedBy.instance}` : ''
            }.`
          : 'Never turned on so far.'}
      </Caption1>
      <div aria-live="polite">
        {ended && (
          <MessageBar intent="success" layout="multiline">
            <MessageBarBody>
              Login with IT Complete is off. {plural(ended.sessions, 'session', 'sessions')} and{' '}
              {plural(ended.handoffs, 'pending sign-in', 'pending sign-ins')} ended at once.
            </MessageBarBody>
          </MessageBar>
        )}
        <Problem change={enable} />
        {enabled && !hasPartner && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              It is on, but no partner is associated: nobody can come in by it.
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {!enabled &&
        !enable.error &&
        blockers.map((blocker) => <Blocker key={blocker} blocker={blocker} />)}
      {isAsking && (
        <DisableDialog
          onClose={() => setAsking(false)}
          onDone={(sessions, handoffs) => {
            setAsking(false)
            setEnded({ sessions, handoffs })
          }}
        />
      )}
    </Card>
  )
}

/** Why it cannot be turned on, and what to do. */
function Blocker({ blocker }: { blocker: Settings['itCompleteLogin']['blockers'][number] }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  if (blocker === 'STEP_UP_REQUIRED') return <StepUp what="Turning it on" />
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        {blocker === 'TENANT_NOT_ASSOCIATED'
          ? 'No VSA server or UniView portal is associated with this tenant, so nobody could come in. Associate your MSP’s first; it tells you its client id.'
          : 'It takes a Global or Spanning Admin to turn it on. Ask one of them.'}
      </MessageBarBody>
      {blocker === 'TENANT_NOT_ASSOCIATED' && (
        <MessageBarActions>
          <LinkButton to="/t/$tenantId/settings" params={{ tenantId }} search={{ tab: 'partners' }}>
            Associate a partner
          </LinkButton>
        </MessageBarActions>
      )}
    </MessageBar>
  )
}

function DisableDialog({
  onClose,
  onDone,
}: {
  onClose: () => void
  onDone: (sessions: number, handoffs: number) => void
}) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const viewer = useViewer()
  const disable = useChange(DisableDocument, ['settings', 'sessions'])
  const { data, error } = useQuery({
    queryKey: ['disable', tenantId],
    queryFn: ({ signal }) =>
      ask(tenantId, DisableDialogDocument, { tenantId }, signal).then(
        ({ tenant }) => tenant?.settings ?? null,
      ),
    gcTime: 0,
  })
  const impact = data?.itCompleteLogin.disableImpact
  // Without a version: what is to be turned off is turned off, whatever else was changed meanwhile.
  const turnOff = async () => {
    const done = await disable.run({ input: { tenantId } })
    if (done) onDone(done.endedSessionCount ?? 0, done.endedHandoffCount ?? 0)
  }
  return (
    <FormDialog
      title="Turn Login with IT Complete off?"
      action="Turn off"
      isRunning={disable.isRunning}
      onSubmit={() => void turnOff()}
      onClose={onClose}
    >
      {impact ? (
        <>
          <Body1>
            This ends{' '}
            <strong>{plural(impact.federatedSessionCount, 'live session', 'live sessions')}</strong>
            {impact.pendingHandoffCount > 0 &&
              ` and ${plural(impact.pendingHandoffCount, 'sign-in', 'sign-ins')} under way`}{' '}
            at once, and nobody comes in from VSA or UniView until it is turned on again.
          </Body1>
          <Body1>
            {impact.remainingAdmins.length === 0
              ? 'There are no Spanning Admins; the Global Admins of the organisation keep access.'
              : impact.remainingAdmins.length === 1
                ? 'This Spanning Admin keeps access, and so do the Global Admins of the organisation:'
                : `These ${impact.remainingAdmins.length} Spanning Admins keep access, and so do the Global Admins of the organisation:`}
          </Body1>
          {impact.remainingAdmins.length > 0 && (
            <ul>
              {impact.remainingAdmins.map(({ key, displayName, userPrincipalName }) => (
                <li key={key}>
                  {displayName} ({userPrincipalName})
                </li>
              ))}
            </ul>
          )}
        </>
      ) : error || data ? (
        <Body1>What this will end could not be read; it can be turned off all the same.</Body1>
      ) : (
        <Skeleton aria-label="Looking what this will end">
          <SkeletonItem />
        </Skeleton>
      )}
      {viewer.actor.__typename === 'PartnerTechnician' && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            Your own session ends with it. Only an admin of the tenant can turn it on again.
          </MessageBarBody>
        </MessageBar>
      )}
      <Problem change={disable} />
    </FormDialog>
  )
}
