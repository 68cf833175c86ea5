/** Where a technician lands from "Connect to O365": the code is redeemed at once, and the page says where they are, and as whom. */
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
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { handoffCode } from '../../app/handoff-code.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { platformName } from '../../app/labels.ts'
import { RefusedPage } from '../refused.tsx'

interface Connected {
  kind: 'connected'
  tenant: { name: string }
  actor: { displayName: string; instance: string; platform: 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW' }
}
interface Asked {
  kind: 'asked'
  tenant: { name: string }
  current: { displayName: string }
  next: { displayName: string }
}
interface Refused {
  kind: 'refused'
  error: { code: string; message: string; requestId: string }
}

const deadlineMs = 20_000

async function redeem(tenantId: string, replace: boolean): Promise<Connected | Asked | Refused> {
  const response = await fetch(`/connect/${encodeURIComponent(tenantId)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: handoffCode, replace }),
    signal: AbortSignal.timeout(deadlineMs),
  })
  const body = await response.json()
  if (response.ok) return { kind: 'connected', ...body }
  if (response.status === 409) return { kind: 'asked', ...body }
  if (!body.error) throw new Error('the answer is no answer of ours')
  return { kind: 'refused', ...body }
}

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
})

/** The server says the same of every reason; what they are, everybody may know. */
const whyNot =
  'A link works once, for a minute, in the browser in which you pressed “Connect to O365”, and while the tenant has Login with IT Complete on. Press it again: your product says what is missing.'

/** However often the page is drawn, it redeems once by itself. */
let hasBegun = false

export function ConnectPage() {
  const styles = useStyles()
  const { tenantId } = useParams({ from: '/connect/$tenantId' })
  const { data, error, mutate } = useMutation({
    mutationFn: (replace: boolean) => redeem(tenantId, replace),
  })
  useEffect(() => {
    if (hasBegun || handoffCode === null) return
    hasBegun = true
    mutate(false)
  }, [mutate])

  if (handoffCode === null || error)
    return (
      <Page title="You are not signed in" narrow>
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {error
              ? 'The service could not be reached, or its answer could not be read.'
              : 'This address holds no sign-in any more.'}
          </MessageBarBody>
        </MessageBar>
        <Body1>Go back to VSA or UniView, and press “Connect to O365” again.</Body1>
      </Page>
    )
  if (!data)
    return (
      <Page title="Signing you in" narrow>
        <Spinner label="A moment…" />
      </Page>
    )
  if (data.kind === 'refused')
    return (
      <RefusedPage
        refusal={{ kind: 'refused', ...data.error, supportId: data.error.requestId }}
        hint={whyNot}
      />
    )
  if (data.kind === 'asked')
    return (
      <Page title="Somebody else is signed in" narrow key="asked">
        <Body1>
          This browser is signed in to <strong>{data.tenant.name}</strong> as{' '}
          <strong>{data.current.displayName}</strong>. Go on as{' '}
          <strong>{data.next.displayName}</strong> instead? The other session ends then.
        </Body1>
        <div className={styles.actions}>
          <Button appearance="primary" onClick={() => mutate(true)}>
            Go on as {data.next.displayName}
          </Button>
          <LinkButton to="/t/$tenantId/settings" params={{ tenantId }} replace>
            Stay signed in as {data.current.displayName}
          </LinkButton>
        </div>
      </Page>
    )
  const { tenant, actor } = data
  return (
    <Page title={`You are signed in to ${tenant.name}`} narrow key="connected">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>As {actor.displayName}</MessageBarTitle> from {actor.instance},{' '}
          {platformName(actor.platform)}.
        </MessageBarBody>
      </MessageBar>
      <Body1>
        Everything that you do and read here stands in the tenant’s Activity Log under this
        identity, for the tenant’s admins to see. Your session ends when it is not used for a while,
        when you sign out, or at once when an admin turns Login with IT Complete off.
      </Body1>
      <div className={styles.actions}>
        <LinkButton to="/t/$tenantId/settings" params={{ tenantId }} replace appearance="primary">
          Continue to {tenant.name}
        </LinkButton>
      </div>
    </Page>
  )
}
