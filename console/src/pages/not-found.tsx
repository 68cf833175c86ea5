import { Body1, Link } from '@fluentui/react-components'
import { Page } from '../components/page.tsx'

export function NotFoundPage() {
  return (
    <Page title="Page not found" narrow>
      <Body1>Check the address. The page may also have been removed.</Body1>
      <div>
        <Link href="/">Go to sign-in</Link>
      </div>
    </Page>
  )
}
