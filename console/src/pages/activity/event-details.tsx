/** An event's whole story: who, by which door, what, on what, from where, with what outcome, what it changed, and the proof. */
import {
  Badge,
  Body1,
  Button,
  Caption1,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
  OverlayDrawer,
  Skeleton,
  SkeletonItem,
  Subtitle2,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { ask } from '../../app/graphql.ts'
import { Page } from '../../components/page.tsx'
import {
  ActivityEventSessionDocument,
  ActivityEventStoryDocument,
  type ActivityEventStoryQuery,
} from './activity.graphql.ts'
import { Link, OutcomeIcon } from './event-list.tsx'
import { Proof } from './proof.tsx'
import {
  actionName,
  agentName,
  clockOf,
  counted,
  dayOf,
  doorNames,
  kindOf,
  outcomeNames,
  preciselyOf,
  reasonText,
} from './labels.ts'

export type Story = NonNullable<ActivityEventStoryQuery['activityEvent']>

const useStyles = makeStyles({
  drawer: { width: '40rem', maxWidth: '100vw' },
  story: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    paddingBottom: tokens.spacingVerticalXXL,
  },
  card: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(6rem, 9rem) minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    margin: 0,
    overflowWrap: 'anywhere',
    '@media (max-width: 40rem)': { gridTemplateColumns: 'minmax(0, 1fr)', rowGap: 0 },
  },
  name: { color: tokens.colorNeutralForeground2 },
  value: {
    margin: 0,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'start',
    '@media (max-width: 40rem)': { marginBottom: tokens.spacingVerticalM },
  },
  outcome: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  title: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
  changes: { overflowX: 'auto' },
  cell: { overflowWrap: 'anywhere', verticalAlign: 'top', padding: tokens.spacingHorizontalS },
  json: { fontFamily: tokens.fontFamilyMonospace, whiteSpace: 'pre-wrap' },
})

const useEvent = (eventId: string | undefined, tenantId: string) =>
  useQuery({
    queryKey: ['activity', tenantId, 'event', eventId],
    queryFn: ({ signal }) =>
      ask(tenantId, ActivityEventStoryDocument, { id: eventId! }, signal).then(
        ({ activityEvent }) => activityEvent,
      ),
    enabled: eventId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Over the list, which stays where it was. */
export function EventDrawer({
  tenantId,
  eventId,
  onClose,
}: {
  tenantId: string
  eventId: string | undefined
  onClose: () => void
}) {
  const styles = useStyles()
  const { data } = useEvent(eventId, tenantId)
  // Opened when the page behind it stands: one that is open from the first is taken for a part of that page, and hidden with it.
  const [stands, setStands] = useState(false)
  useEffect(() => setStands(true), [])
  return (
    <OverlayDrawer
      className={styles.drawer}
      position="end"
      open={stands && eventId !== undefined}
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
          {data ? actionName(data.action) : 'Event'}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        {eventId !== undefined && (
          <Story tenantId={tenantId} eventId={eventId}>
            <Link to="/t/$tenantId/activity/$eventId" params={{ tenantId, eventId }}>
              Open as a page
            </Link>
          </Story>
        )}
      </DrawerBody>
    </OverlayDrawer>
  )
}

const route = getRouteApi('/t/$tenantId/activity/$eventId')

/** At an address of its own. */
export function EventPage() {
  const { tenantId, eventId } = route.useParams()
  const { data } = useEvent(eventId, tenantId)
  return (
    <Page title={data ? actionName(data.action) : 'Event'}>
      <Story tenantId={tenantId} eventId={eventId}>
        <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{}}>
          The whole Activity log
        </Link>
      </Story>
    </Page>
  )
}

function Story({
  tenantId,
  eventId,
  children,
}: {
  tenantId: string
  eventId: string
  children: ReactNode
}) {
  const styles = useStyles()
  const { data: event, isPending, error, refetch } = useEvent(eventId, tenantId)
  if (isPending)
    return (
      <Skeleton aria-label="Reading the event">
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
      <Body1>
        There is no such event, or you may not see it. Events are kept for as long as the tenant’s
        retention says.
      </Body1>
    )
  return (
    <div className={styles.story}>
      {children}
      <Facts tenantId={tenantId} event={event} />
      <Changes event={event} />
      <Proof key={event.id} tenantId={tenantId} event={event} />
    </div>
  )
}

function Facts({ tenantId, event }: { tenantId: string; event: Story }) {
  const styles = useStyles()
  const {
    occurredAt,
    action,
    outcome,
    reason,
    method,
    actor,
    target,
    session,
    ipAddress,
    userAgent,
    requestId,
    traceId,
    coalesced,
  } = event
  return (
    <div className={styles.card}>
      <dl className={styles.facts}>
        <Fact name="Outcome">
          <span className={styles.outcome}>
            <OutcomeIcon outcome={outcome} />
            <Text weight="semibold">{outcomeNames[outcome]}</Text>
            {coalesced && (
              <Badge appearance="tint" color="warning">
                {counted(coalesced.count, 'attempt')}
              </Badge>
            )}
          </span>
          {reason && (
            <Text>
              {reasonText(reason)} <Caption1 className={styles.muted}>({reason})</Caption1>
            </Text>
          )}
          {coalesced && (
            <Caption1 className={styles.muted}>
              Alike, within a minute: the first at {clockOf(coalesced.firstAt)}, the last at{' '}
              {clockOf(coalesced.lastAt)}.
            </Caption1>
          )}
        </Fact>
        <Fact name="When">
          <time dateTime={occurredAt}>{preciselyOf(occurredAt)}</time>
          <Caption1 className={styles.muted}>{occurredAt}</Caption1>
        </Fact>
        <Fact name="Who">
          <Who actor={actor} />
          <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{ actor: [actor.key] }}>
            All that they did
          </Link>
        </Fact>
        <Fact name="By which door">
          {method ? doorNames[method] : 'None: before a sign-in, or by a program'}
        </Fact>
        <Fact name="What">
          <Text>{actionName(action)}</Text>
          <Caption1 className={styles.muted}>{action}</Caption1>
        </Fact>
        <Fact name="On what">
          {target ? (
            <>
              <Text>{target.displayName ?? target.id ?? target.type}</Text>
              <Caption1 className={styles.muted}>
                {target.type}
                {target.id && target.displayName && ` ${target.id}`}
              </Caption1>
            </>
          ) : (
            'Nothing in particular'
          )}
        </Fact>
        <Fact name="From where">
          <Text>{ipAddress ?? 'No address'}</Text>
          <Text>{agentName(userAgent)}</Text>
          {userAgent && <Caption1 className={styles.muted}>{userAgent}</Caption1>}
        </Fact>
        <Fact name="In which session">
          {session ? (
            <InSession tenantId={tenantId} eventId={event.id} sessionId={session.id} />
          ) : (
            'In none'
          )}
        </Fact>
        <Fact name="Request id">{requestId}</Fact>
        {traceId && <Fact name="Trace id">{traceId}</Fact>}
      </dl>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const styles = useStyles()
  return (
    <>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  )
}

function Who({ actor }: { actor: Story['actor'] }) {
  const styles = useStyles()
  const about =
    actor.__typename === 'PartnerTechnician'
      ? [
          `Technician of ${actor.instance}`,
          `${doorNames[actor.platform]} identity ${actor.subject}`,
          actor.email,
        ]
      : actor.__typename === 'MicrosoftAdmin'
        ? [
            actor.role === 'GLOBAL_ADMIN' ? 'Global Admin' : 'Spanning Admin',
            `Microsoft identity ${actor.userPrincipalName}`,
            actor.objectId,
          ]
        : actor.__typename === 'MicrosoftUser'
          ? ['No admin', `Microsoft identity ${actor.userPrincipalName}`, actor.objectId]
          : [kindOf(actor.__typename)]
  return (
    <>
      <Text weight="semibold">{actor.displayName}</Text>
      {about.filter(Boolean).map((line) => (
        <Caption1 key={line} className={styles.muted}>
          {line}
        </Caption1>
      ))}
    </>
  )
}

const endings: Record<string, string> = {
  SIGNED_OUT: 'they signed out',
  REVOKED: 'it was revoked',
  FEATURE_DISABLED: 'Login with IT Complete was turned off',
  ASSOCIATION_CHANGED: 'its association was ended or narrowed',
  ADMIN_REVOKED: 'they are no Spanning Admin any longer',
  PARTNER_SIGNAL: 'the partner told us that it had ended there',
  PARTNER_SUSPENDED: 'the partner instance was suspended',
}

function InSession({
  tenantId,
  eventId,
  sessionId,
}: {
  tenantId: string
  eventId: string
  sessionId: string
}) {
  const styles = useStyles()
  // Apart from the event, which is shown whether or not more is known of its session.
  const { data } = useQuery({
    queryKey: ['activity', tenantId, 'event-session', eventId],
    queryFn: ({ signal }) => ask(tenantId, ActivityEventSessionDocument, { id: eventId }, signal),
  })
  const session = data?.activityEvent?.session
  return (
    <>
      <Text>{sessionId}</Text>
      {session && (
        <Caption1 className={styles.muted}>
          Since {dayOf(session.createdAt)}, {clockOf(session.createdAt)}
          {session.revokedAt &&
            `; ended ${dayOf(session.revokedAt)}, ${clockOf(session.revokedAt)}`}
          {session.revokedReason && `: ${endings[session.revokedReason] ?? session.revokedReason}`}
        </Caption1>
      )}
      <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{ session: sessionId }}>
        All in this session
      </Link>
    </>
  )
}

function Changes({ event: { changes } }: { event: Story }) {
  const styles = useStyles()
  if (!changes.length) return null
  return (
    <section className={styles.card} aria-labelledby="changes-title">
      <Subtitle2 as="h2" id="changes-title" className={styles.title}>
        Changes
      </Subtitle2>
      <div className={styles.changes}>
        <Table size="small" aria-labelledby="changes-title">
          <TableHeader>
            <TableRow>
              <TableHeaderCell>Field</TableHeaderCell>
              <TableHeaderCell>Before</TableHeaderCell>
              <TableHeaderCell>After</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {changes.map(({ field, before, after }) => (
              <TableRow key={field}>
                <TableCell className={styles.cell}>{field}</TableCell>
                <TableCell className={styles.cell}>
                  <Value value={before} />
                </TableCell>
                <TableCell className={styles.cell}>
                  <Value value={after} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </section>
  )
}

function Value({ value }: { value: unknown }) {
  const styles = useStyles()
  if (value === null || value === undefined) return <span className={styles.muted}>nothing</span>
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.join(', ') || <span className={styles.muted}>none</span>
  return <span className={styles.json}>{JSON.stringify(value, null, 1)}</span>
}
