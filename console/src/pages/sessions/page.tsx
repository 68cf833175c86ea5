import { Page } from '../../app/page.tsx'

export function SessionsPage() {
  return <Page title="Sessions">soon</Page>
}
