/** The pages that replace a tenant's page when the session has ended or no session exists. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { useEffect } from 'react'
import { rememberPage } from '../../app/return-page.ts'
import type { Viewer } from '../../app/session.ts'
import { signInUrl } from '../../app/sign-in-url.ts'
import { Page } from '../../components/page.tsx'

interface Props {
  tenantId: string
  /** The last viewer in this tab. Null if no user has signed in since the page was loaded. */
  lastViewer: Viewer | null
}

/** Shown after the access of a signed-in technician was removed (MICROSOFT_SIGN_IN_REQUIRED). */
export function AccessEndedPage({ tenantId, lastViewer }: Props) {
  return (
    <Page title="Your session has ended" narrow>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>
            You no longer have access
            {lastViewer?.tenant ? ` to ${lastViewer.tenant.name}` : ''}.
          </MessageBarTitle>{' '}
          An admin turned off Login with IT Complete or removed your access while you were signed
          in.
        </MessageBarBody>
      </MessageBar>
      <Body1>
        Everything you did is in the tenant’s Activity log under your identity. If you still need
        access, ask an admin of the tenant to turn on Login with IT Complete, then select “Connect
        to O365” again. Admins of the tenant sign in with Microsoft.
      </Body1>
      <SignInAgain tenantId={tenantId} />
    </Page>
  )
}

export function NotSignedInPage({ tenantId, lastViewer }: Props) {
  const wasTechnician = lastViewer?.actor.__typename === 'PartnerTechnician'
  return (
    <Page title={lastViewer ? 'Your session has ended' : 'Sign in to continue'} narrow>
      {lastViewer ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>
              You are no longer signed in{lastViewer.tenant ? ` to ${lastViewer.tenant.name}` : ''}.
            </MessageBarTitle>{' '}
            Your session was idle for too long, reached its maximum length, or was ended by an
            admin.
          </MessageBarBody>
        </MessageBar>
      ) : (
        <Body1>You are not signed in to this tenant in this browser.</Body1>
      )}
      <Body1>
        {wasTechnician
          ? 'Select “Connect to O365” in VSA or UniView to sign in again.'
          : 'Admins sign in with Microsoft. MSP technicians select “Connect to O365” in VSA or UniView.'}
      </Body1>
      <SignInAgain tenantId={tenantId} />
    </Page>
  )
}

function SignInAgain({ tenantId }: { tenantId: string }) {
  useEffect(() => rememberPage(tenantId), [tenantId])
  return (
    <div>
      <Button as="a" appearance="primary" href={signInUrl(tenantId)}>
        Sign in with Microsoft
      </Button>
    </div>
  )
}
