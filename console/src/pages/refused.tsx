/** Every refusal of a sign-in: what happened, what to do, and the support id. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { Page } from '../components/page.tsx'
import type { Refusal } from '../app/page-data.ts'
import { SupportId } from '../components/support-id.tsx'

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
})

/** What else helps, by reason. */
const hints: Record<string, string> = {
  FORBIDDEN:
    'Whoever looks into it finds this attempt under the support id, in the tenant’s Activity Log if it came that far.',
  TENANT_MISMATCH:
    'Microsoft may have used an account that was signed in already: sign out there, or use a private window.',
  LOGIN_INVALID: 'If you pressed “Cancel” at Microsoft, nothing has happened.',
  INTERNAL_SERVER_ERROR: 'Nothing was changed.',
}

/** @param hint what else helps, where the page knows better than the code does */
export function RefusedPage({
  refusal: { code, message, supportId },
  hint = hints[code],
}: {
  refusal: Refusal
  hint?: string | undefined
}) {
  const styles = useStyles()
  return (
    <Page title="You are not signed in" narrow>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{message}</MessageBarBody>
      </MessageBar>
      {hint && <Body1>{hint}</Body1>}
      <SupportId id={supportId} />
      <div className={styles.actions}>
        <Button as="a" appearance="primary" href="/">
          Go to the sign-in page
        </Button>
      </div>
    </Page>
  )
}
