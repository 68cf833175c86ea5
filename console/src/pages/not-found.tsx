import { Body1, Link } from '@fluentui/react-components'
import { Page } from '../components/page.tsx'

export function NotFoundPage() {
  return (
    <Page title="There is nothing here" narrow>
      <Body1>The address may be mistyped, or what was here is gone.</Body1>
      <div>
        <Link href="/">Go to the sign-in page</Link>
      </div>
    </Page>
  )
}
