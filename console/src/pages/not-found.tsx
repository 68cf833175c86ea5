import { Body1, Link } from '@fluentui/react-components'
import { Page } from '../components/page.tsx'

export function NotFoundPage() {
  return (
    <Page title="Page not found" narrow>
      <Body1>There is no page at this address. Check the address, or start again.</Body1>
      <div>
        <Link href="/">Go to the start page</Link>
      </div>
    </Page>
  )
}
