import { Page } from '../../app/page.tsx'

export function ConnectPage() {
  return (
    <Page title="Signing you in" narrow>
      soon
    </Page>
  )
}
