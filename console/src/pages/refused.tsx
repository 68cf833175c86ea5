import { Body1 } from '@fluentui/react-components'
import { Page } from '../app/page.tsx'
import type { Refusal } from '../app/page-data.ts'

export function RefusedPage({ refusal }: { refusal: Refusal }) {
  return (
    <Page title="You are not signed in" narrow>
      <Body1>{refusal.message}</Body1>
    </Page>
  )
}
