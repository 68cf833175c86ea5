/**
 * The page that "Connect to O365" opens. Redeems the handoff code immediately, and then shows the
 * tenant and the technician.
 */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, useEffect } from 'react'
import { handoffCode } from '../../app/handoff-code.ts'
import { platformLabel } from '../../app/labels.ts'
import { readRememberedPage } from '../../app/return-page.ts'
import { Page } from '../../components/page.tsx'
import { RefusedPage } from '../refused.tsx'
import { redeemHandoff } from './redeem-handoff.ts'

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
})

/** Lists all possible reasons, because the server returns the same error for every invalid code. */
const refusedAdvice =
  'A sign-in link works once, within one minute, in the browser in which you selected “Connect to O365”, and only while Login with IT Complete is on. Select “Connect to O365” again. VSA or UniView shows the reason if it fails.'

/**
 * This variable is outside the component, because React may mount the component twice and the
 * handoff code is single-use.
 */
let hasStarted = false

export function ConnectPage() {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/connect/$tenantId' })
  const { data, error, mutate } = useMutation({
    mutationFn: (replace: boolean) => redeemHandoff(tenantId, replace),
  })
  useEffect(() => {
    if (hasStarted || handoffCode === null) return
    hasStarted = true
    mutate(false)
  }, [mutate])

  if (handoffCode === null || error)
    return (
      <Page title="You are not signed in" narrow>
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {error
              ? 'The service could not be reached, or its response was invalid.'
              : 'This sign-in link was already used.'}
          </MessageBarBody>
        </MessageBar>
        <Body1>Go back to VSA or UniView and select “Connect to O365” again.</Body1>
      </Page>
    )
  if (!data)
    return (
      <Page title="Signing you in" narrow>
        <Spinner label="Signing in…" />
      </Page>
    )
  if (data.kind === 'refused')
    return (
      <RefusedPage
        refusal={{ kind: 'refused', ...data.error, supportId: data.error.requestId }}
        advice={refusedAdvice}
      />
    )
  if (data.kind === 'conflict')
    return (
      <Page title="Another user is signed in" narrow key="conflict">
        <Body1>
          This browser is signed in to <strong>{data.tenant.name}</strong> as{' '}
          <strong>{data.current.displayName}</strong>. To continue as{' '}
          <strong>{data.next.displayName}</strong>, {data.current.displayName} is signed out.
        </Body1>
        <div className={styles.actions}>
          <Button appearance="primary" onClick={() => mutate(true)}>
            Continue as {data.next.displayName}
          </Button>
          <EnterButton tenantId={tenantId}>
            Stay signed in as {data.current.displayName}
          </EnterButton>
        </div>
      </Page>
    )
  const { tenant, actor } = data
  return (
    <Page title={`You are signed in to ${tenant.name}`} narrow key="connected">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>Signed in as {actor.displayName}</MessageBarTitle> from {actor.instance},{' '}
          {platformLabel(actor.platform)}.
        </MessageBarBody>
      </MessageBar>
      <Body1>
        Everything you view and change is recorded in the tenant’s Activity log under this identity,
        and the tenant’s admins can see it. Your session ends when you sign out, when it is idle for
        too long, or as soon as an admin turns off Login with IT Complete.
      </Body1>
      <div className={styles.actions}>
        <EnterButton tenantId={tenantId} appearance="primary">
          Continue to {tenant.name}
        </EnterButton>
      </div>
    </Page>
  )
}

/** A link to the page that the technician opened before the sign-in, or else to the settings. */
function EnterButton({
  tenantId,
  appearance,
  children,
}: {
  tenantId: string
  appearance?: 'primary'
  children: ReactNode
}) {
  const navigate = useNavigate()
  const href = readRememberedPage(tenantId) ?? `/t/${tenantId}/settings`
  const enter = (event: MouseEvent) => {
    event.preventDefault()
    void navigate({ href, replace: true })
  }
  return (
    <Button as="a" href={href} appearance={appearance} onClick={enter}>
      {children}
    </Button>
  )
}
