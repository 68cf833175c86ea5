/** The page for a refused sign-in. It shows the reason, advice and the support id. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import type { Refusal } from '../app/page-data.ts'
import { Page } from '../components/page.tsx'
import { SupportId } from '../components/support-id.tsx'

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
})

/** Advice for each error code. The page shows it below the server's message. */
const adviceByCode: Record<string, string> = {
  FORBIDDEN: 'Give this support ID to your admin or to support.',
  TENANT_MISMATCH:
    'Microsoft may have used an account that was already signed in. Sign out there, or use a private window.',
  LOGIN_INVALID: 'If it does not work again, give this support ID to your admin or to support.',
  INTERNAL_SERVER_ERROR: 'Try again. Nothing was changed.',
}

/** @param advice optional text that replaces the default advice for the error code */
export function RefusedPage({
  refusal: { code, message, supportId },
  advice = adviceByCode[code],
}: {
  refusal: Refusal
  advice?: string | undefined
}) {
  const styles = useStyles()
  return (
    <Page title="You are not signed in" narrow>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{message}</MessageBarBody>
      </MessageBar>
      {advice && <Body1>{advice}</Body1>}
      <SupportId id={supportId} />
      <div className={styles.actions}>
        <Button as="a" appearance="primary" href="/">
          Go to sign-in
        </Button>
      </div>
    </Page>
  )
}
