/** The error page. Shown when a page throws an error or the script of a page cannot be loaded. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { Page } from '../components/page.tsx'

export function ErrorPage({ error }: { error: unknown }) {
  return (
    <Page title="An error occurred" narrow>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>This page could not be shown.</MessageBarTitle>{' '}
          {error instanceof Error ? error.message : ''}
        </MessageBarBody>
      </MessageBar>
      <Body1>Reload the page. If the error remains, sign out and sign in again.</Body1>
      <div>
        <Button appearance="primary" onClick={() => location.reload()}>
          Reload page
        </Button>
      </div>
    </Page>
  )
}
