/** Asks for a fresh sign-in, which comes back to this page. */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { signInAddress } from '../app/labels.ts'

export function StepUp({ what = 'This' }: { what?: string }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        {what} takes a sign-in with Microsoft that is at most ten minutes old.
      </MessageBarBody>
      <MessageBarActions>
        <Button
          as="a"
          href={signInAddress({ tenant: tenantId }, location.pathname + location.search, true)}
        >
          Sign in again
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
