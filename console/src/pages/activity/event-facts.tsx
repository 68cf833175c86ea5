/**
 * Shows the details of an event: outcome, time, actor, action, target, sign-in method, client,
 * session and ids.
 */
import { Badge, Caption1, makeStyles, Text, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import {
  formatCount,
  formatDateTime,
  formatDateTimeSeconds,
  formatLocalDateTime,
  formatTime,
} from '../../app/format.ts'
import { requestGraphql } from '../../app/graphql.ts'
import { actorTypeLabel, methodLabels, roleLabel } from '../../app/labels.ts'
import { clientName } from '../../app/user-agent.ts'
import { Link } from '../../components/link.tsx'
import { ActivityEventSessionDocument } from './activity.graphql.ts'
import { eventLabel, outcomeLabels } from './labels.ts'
import { OutcomeIcon } from './outcome-icon.tsx'
import { hasReasonLabel, reasonLabel } from './reason-labels.ts'
import type { EventDetails } from './use-event.ts'

const useStyles = makeStyles({
  card: {
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
  muted: { color: tokens.colorNeutralForeground2 },
})

export function EventFacts({ tenantId, event }: { tenantId: string; event: EventDetails }) {
  const styles = useStyles()
  const { occurredAt, action, method, actor, target, session, ipAddress, userAgent } = event
  const [utcTime, localTime] = [formatDateTimeSeconds(occurredAt), formatLocalDateTime(occurredAt)]
  return (
    <div className={styles.card}>
      <dl className={styles.facts}>
        <Fact name="Result">
          <Result event={event} />
        </Fact>
        <Fact name="Time">
          <time dateTime={occurredAt}>{utcTime}</time>
          {localTime !== utcTime && (
            <Caption1 className={styles.muted}>Your time: {localTime}</Caption1>
          )}
        </Fact>
        <Fact name="Performed by">
          <Actor actor={actor} />
          <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{ actor: [actor.key] }}>
            View user’s activity
          </Link>
        </Fact>
        <Fact name="Sign-in method">{method ? methodLabels[method] : 'None'}</Fact>
        <Fact name="Action">
          <Text>{eventLabel(event)}</Text>
          <Caption1 className={styles.muted}>{action}</Caption1>
        </Fact>
        <Fact name="Target">
          {target ? (
            <>
              <Text>{target.displayName ?? target.id ?? target.type}</Text>
              <Caption1 className={styles.muted}>
                {target.type}
                {target.id && target.displayName && ` ${target.id}`}
              </Caption1>
            </>
          ) : (
            'None'
          )}
        </Fact>
        <Fact name="IP address">{ipAddress ?? 'None'}</Fact>
        <Fact name="Client">
          <Text>{userAgent ? clientName(userAgent) : 'None'}</Text>
          {userAgent && <Caption1 className={styles.muted}>{userAgent}</Caption1>}
        </Fact>
        <Fact name="Session">
          {session ? (
            <Session tenantId={tenantId} eventId={event.id} sessionId={session.id} />
          ) : (
            'None'
          )}
        </Fact>
        <Fact name="Request ID">{event.requestId}</Fact>
        {event.traceId && <Fact name="Trace ID">{event.traceId}</Fact>}
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

function Result({ event: { outcome, reason, coalesced } }: { event: EventDetails }) {
  const styles = useStyles()
  return (
    <>
      <span className={styles.outcome}>
        <OutcomeIcon outcome={outcome} />
        <Text weight="semibold">{outcomeLabels[outcome]}</Text>
        {coalesced && (
          <Badge appearance="tint" color="warning">
            {formatCount(coalesced.count, 'attempt')}
          </Badge>
        )}
      </span>
      {reason && (
        <Text>
          {reasonLabel(reason)}
          {hasReasonLabel(reason) && <Caption1 className={styles.muted}> ({reason})</Caption1>}
        </Text>
      )}
      {coalesced && (
        <Caption1 className={styles.muted}>
          Identical attempts within one minute, the first at {formatTime(coalesced.firstAt)} UTC and
          the last at {formatTime(coalesced.lastAt)} UTC.
        </Caption1>
      )}
    </>
  )
}

function Actor({ actor }: { actor: EventDetails['actor'] }) {
  const styles = useStyles()
  return (
    <>
      <Text weight="semibold">{actor.displayName}</Text>
      {actorDescription(actor)
        .filter((line) => line !== null)
        .map((line) => (
          <Caption1 key={line} className={styles.muted}>
            {line}
          </Caption1>
        ))}
    </>
  )
}

function actorDescription(actor: EventDetails['actor']): (string | null)[] {
  switch (actor.__typename) {
    case 'PartnerTechnician':
      return [
        `Technician of ${actor.instance}`,
        actor.email,
        `${methodLabels[actor.platform]} user ID: ${actor.subject}`,
      ]
    case 'MicrosoftAdmin':
      return [
        roleLabel(actor.role),
        actor.userPrincipalName,
        `Microsoft object ID: ${actor.objectId}`,
      ]
    case 'MicrosoftUser':
      return ['No admin role', actor.userPrincipalName, `Microsoft object ID: ${actor.objectId}`]
    default:
      return [actorTypeLabel(actor.__typename)]
  }
}

function Session({
  tenantId,
  eventId,
  sessionId,
}: {
  tenantId: string
  eventId: string
  sessionId: string
}) {
  const styles = useStyles()
  // Queries the session separately, because the session can be deleted, or the user can lack
  // permission to read the session.
  const { data } = useQuery({
    queryKey: ['activity', tenantId, 'event-session', eventId],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, ActivityEventSessionDocument, { id: eventId }, signal),
  })
  const session = data?.activityEvent?.session
  return (
    <>
      <Text>{sessionId}</Text>
      {session && (
        <Caption1 className={styles.muted}>Signed in {formatDateTime(session.createdAt)}</Caption1>
      )}
      {session?.revokedAt && (
        <Caption1 className={styles.muted}>
          Ended {formatDateTime(session.revokedAt)}
          {session.revokedReason && `: ${reasonLabel(session.revokedReason)}`}
        </Caption1>
      )}
      <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{ session: sessionId }}>
        View session’s activity
      </Link>
    </>
  )
}
