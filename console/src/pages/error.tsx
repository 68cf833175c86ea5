/** Where a page of ours broke, or its script could not be had. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { Page } from '../components/page.tsx'

export function SomethingWrong({ error }: { error: unknown }) {
  return (
    <Page title="Something went wrong" narrow>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>This page could not be shown.</MessageBarTitle>{' '}
          {error instanceof Error ? error.message : ''}
        </MessageBarBody>
      </MessageBar>
      <Body1>
        Nothing that you asked for was changed by this. Load the page again; if it stays so, sign
        out and in.
      </Body1>
      <div>
        <Button appearance="primary" onClick={() => location.reload()}>
          Load again
        </Button>
      </div>
    </Page>
  )
}
