/** The Activity log page: filters, chart, and the list of matching events. */
import { AriaLiveAnnouncer, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { Page } from '../../components/page.tsx'
import { Chart } from './chart.tsx'
import { Events } from './events.tsx'
import { ExportButton } from './export-dialog.tsx'
import { Filters } from './filters.tsx'
import { type ActivitySearch, toActivityFilter } from './search-params.ts'
import { useCanReadWholeLog } from './use-activity-log.ts'

// Loads the drawer when the user opens the first event, so that the page loads faster.
const EventDrawer = lazy(() =>
  import('./event-page.tsx').then((module) => ({ default: module.EventDrawer })),
)

const route = getRouteApi('/t/$tenantId/activity')

export function ActivityPage() {
  return (
    <AriaLiveAnnouncer>
      <ActivityLog />
    </AriaLiveAnnouncer>
  )
}

function ActivityLog() {
  const { tenantId } = route.useParams()
  const { event, ...filters } = route.useSearch()
  const navigate = route.useNavigate()
  const canReadWholeLog = useCanReadWholeLog()
  const [wasEventOpened, setEventOpened] = useState(false)
  if (event !== undefined && !wasEventOpened) setEventOpened(true)
  const filter = toActivityFilter(filters)
  const onFilter = (change: Partial<ActivitySearch>) =>
    void navigate({
      search: (before: ActivitySearch) => ({ ...before, ...change, event: undefined }),
      resetScroll: false,
    })
  const clearFilters = () =>
    onFilter(Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])))
  return (
    <Page
      title="Activity log"
      actions={canReadWholeLog && <ExportButton tenantId={tenantId} filter={filter} />}
    >
      {!canReadWholeLog && (
        <MessageBar layout="multiline">
          <MessageBarBody>
            You see everything except other partners’ technicians. Exporting and verifying are for
            admins. Your viewing is recorded.
          </MessageBarBody>
        </MessageBar>
      )}
      <Filters tenantId={tenantId} search={filters} onFilter={onFilter} onClear={clearFilters} />
      <Chart tenantId={tenantId} search={filters} onFilter={onFilter} />
      <Events
        key={JSON.stringify(filter)}
        tenantId={tenantId}
        filter={filter}
        onClearFilters={clearFilters}
      />
      {wasEventOpened && (
        <Suspense fallback={null}>
          <EventDrawer tenantId={tenantId} eventId={event} onClose={() => onFilter({})} />
        </Suspense>
      )}
    </Page>
  )
}
