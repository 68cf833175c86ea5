/**
 * Shows the details of an event, either in a drawer over the list or as a page with its own URL.
 */
import {
  Body1,
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
  OverlayDrawer,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { Link } from '../../components/link.tsx'
import { Page } from '../../components/page.tsx'
import { EventChanges } from './event-changes.tsx'
import { EventFacts } from './event-facts.tsx'
import { eventLabel } from './labels.ts'
import { Proof } from './proof.tsx'
import { useEvent } from './use-event.ts'

const useStyles = makeStyles({
  drawer: { width: '40rem', maxWidth: '100vw' },
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    paddingBottom: tokens.spacingVerticalXXL,
  },
})

export function EventDrawer({
  tenantId,
  eventId,
  onClose,
}: {
  tenantId: string
  /** The event to show; undefined while the drawer is closed. */
  eventId: string | undefined
  onClose: () => void
}) {
  const styles = useStyles()
  const { data } = useEvent(tenantId, eventId)
  // Opens the drawer after the first render. Otherwise Fluent would hide the drawer from screen
  // readers together with the page behind the drawer.
  const [isMounted, setMounted] = useState(false)
  useEffect(() => setMounted(true), [])
  return (
    <OverlayDrawer
      className={styles.drawer}
      position="end"
      open={isMounted && eventId !== undefined}
      onOpenChange={(_, { open }) => !open && onClose()}
      aria-label="Event"
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button
              appearance="subtle"
              aria-label="Close"
              icon={<DismissRegular />}
              onClick={onClose}
            />
          }
        >
          {data ? eventLabel(data) : 'Event'}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        {eventId !== undefined && (
          <EventContent tenantId={tenantId} eventId={eventId}>
            {/* Reload, because unmounting an open drawer leaves aria-hidden on the root element. */}
            <Link to="/t/$tenantId/activity/$eventId" params={{ tenantId, eventId }} reloadDocument>
              Open as a page
            </Link>
          </EventContent>
        )}
      </DrawerBody>
    </OverlayDrawer>
  )
}

const route = getRouteApi('/t/$tenantId/activity/$eventId')

export function EventPage() {
  const { tenantId, eventId } = route.useParams()
  const { data } = useEvent(tenantId, eventId)
  const title = data === null ? 'Event not found' : data ? eventLabel(data) : 'Event'
  return (
    <Page title={title}>
      <EventContent tenantId={tenantId} eventId={eventId}>
        <LogLink tenantId={tenantId} />
      </EventContent>
    </Page>
  )
}

function LogLink({ tenantId }: { tenantId: string }) {
  return (
    <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{}}>
      Go to the Activity log
    </Link>
  )
}

function EventContent({
  tenantId,
  eventId,
  children,
}: {
  tenantId: string
  eventId: string
  children: ReactNode
}) {
  const styles = useStyles()
  const { data: event, isPending, error, refetch } = useEvent(tenantId, eventId)
  if (isPending)
    return (
      <Skeleton aria-label="Loading event">
        <SkeletonItem size={128} />
      </Skeleton>
    )
  if (error)
    return (
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{error.message}</MessageBarBody>
        <Button onClick={() => void refetch()}>Try again</Button>
      </MessageBar>
    )
  if (!event)
    return (
      <>
        <Body1>
          There is no event with this ID. It may have been deleted at the end of the tenant’s
          retention period, or you don’t have access to it.
        </Body1>
        <LogLink tenantId={tenantId} />
      </>
    )
  return (
    <div className={styles.content}>
      {children}
      <EventFacts tenantId={tenantId} event={event} />
      <EventChanges event={event} />
      <Proof key={event.id} tenantId={tenantId} event={event} />
    </div>
  )
}
