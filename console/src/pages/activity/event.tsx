import { Page } from '../../app/page.tsx'

export function EventPage() {
  return <Page title="Event">soon</Page>
}
