/**
 * Asks the user to sign in with Microsoft again. The sign-in redirects the user back to this page,
 * which then shows the unsaved values of its forms.
 */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { rememberPage } from '../app/return-page.ts'
import { signInUrl } from '../app/sign-in-url.ts'
import { leaveWithDrafts } from '../app/unsaved-changes.ts'

/** @param purpose the reason for the sign-in, such as "to create a token" */
export function StepUpPrompt({ purpose = 'to do this' }: { purpose?: string }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        Your Microsoft sign-in is more than 10 minutes old. Sign in again {purpose}.
      </MessageBarBody>
      <MessageBarActions>
        <Button
          as="a"
          href={signInUrl(tenantId, { stepUp: true })}
          onClick={() => {
            rememberPage(tenantId)
            leaveWithDrafts()
          }}
        >
          Sign in again
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
