/** Events, newest first, a line each; each leads to its whole story. */
import {
  Badge,
  Caption1,
  Link as FluentLink,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
  useRestoreFocusTarget,
} from '@fluentui/react-components'
import { CheckmarkCircleFilled, DismissCircleFilled, ProhibitedFilled } from '@fluentui/react-icons'
import { createLink } from '@tanstack/react-router'
import type { ActivityOutcome } from './activity.graphql.ts'
import type { EventLine } from './use-activity-log.ts'
import {
  actionName,
  clockOf,
  counted,
  dayOf,
  doorNames,
  kindOf,
  outcomeNames,
  reasonText,
} from './labels.ts'

export const Link = createLink(FluentLink)

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  day: {
    margin: 0,
    padding: `${tokens.spacingVerticalM} 0 ${tokens.spacingVerticalXS}`,
    color: tokens.colorNeutralForeground2,
  },
  line: {
    display: 'grid',
    gridTemplateColumns: '5.5rem 1.5rem minmax(0, 1fr) minmax(0, 14rem)',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    // What is not in sight is not laid out, however long the list grows.
    contentVisibility: 'auto',
    containIntrinsicSize: 'auto 3.75rem',
    overflowWrap: 'anywhere',
    '@media (max-width: 40rem)': { gridTemplateColumns: '1.5rem minmax(0, 1fr)' },
  },
  isNew: { boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}` },
  time: { '@media (max-width: 40rem)': { gridColumn: '2', gridRow: '2' } },
  icon: { '@media (max-width: 40rem)': { gridColumn: '1', gridRow: '1' } },
  what: {
    display: 'flex',
    flexDirection: 'column',
    '@media (max-width: 40rem)': { gridColumn: '2', gridRow: '1' },
  },
  where: {
    display: 'flex',
    flexDirection: 'column',
    textAlign: 'end',
    color: tokens.colorNeutralForeground2,
    '@media (max-width: 40rem)': { gridColumn: '2', textAlign: 'start' },
  },
  muted: { color: tokens.colorNeutralForeground2 },
  SUCCEEDED: { color: tokens.colorStatusSuccessForeground1 },
  DENIED: { color: tokens.colorStatusWarningForeground1 },
  FAILED: { color: tokens.colorStatusDangerForeground1 },
})

export function EventList({
  tenantId,
  events,
  newIds,
}: {
  tenantId: string
  events: EventLine[]
  newIds: ReadonlySet<string>
}) {
  const styles = useStyles()
  return (
    <div>
      {byDay(events).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <Text as="h3" weight="semibold" block className={styles.day}>
            {day}
          </Text>
          <ol className={styles.list}>
            {ofDay.map((event) => (
              <Line key={event.id} tenantId={tenantId} event={event} isNew={newIds.has(event.id)} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function byDay(events: EventLine[]): [string, EventLine[]][] {
  const days: [string, EventLine[]][] = []
  for (const event of events) {
    const day = dayOf(event.occurredAt)
    if (days.at(-1)?.[0] === day) days.at(-1)![1].push(event)
    else days.push([day, [event]])
  }
  return days
}

function Line({ tenantId, event, isNew }: { tenantId: string; event: EventLine; isNew: boolean }) {
  const styles = useStyles()
  const {
    id,
    occurredAt,
    action,
    outcome,
    reason,
    actor,
    target,
    changes,
    method,
    ipAddress,
    coalesced,
  } = event
  // Whoever closes the story is back at its line.
  const back = useRestoreFocusTarget()
  const from = actor.__typename === 'PartnerTechnician' ? actor.instance : kindOf(actor.__typename)
  return (
    <li className={mergeClasses(styles.line, isNew && styles.isNew)} data-event={id}>
      <Text className={mergeClasses(styles.time, styles.muted)} font="numeric">
        <time dateTime={occurredAt}>{clockOf(occurredAt)}</time>
      </Text>
      <OutcomeIcon outcome={outcome} />
      <div className={styles.what}>
        <span>
          <Link
            {...back}
            to="/t/$tenantId/activity"
            params={{ tenantId }}
            search={(search: object) => ({ ...search, event: id })}
            resetScroll={false}
            preload={false}
          >
            {actionName(action)}
          </Link>
          {coalesced && (
            <>
              {' '}
              <Badge appearance="tint" color="warning">
                {counted(coalesced.count, 'attempt')}
              </Badge>
            </>
          )}
          {reason && outcome !== 'SUCCEEDED' && (
            <Text className={styles.muted}>
              {' '}
              {outcomeNames[outcome]}: {reasonText(reason)}
            </Text>
          )}
        </span>
        <Caption1 className={styles.muted}>
          {actor.displayName} ({from}){target?.displayName && ` · on ${target.displayName}`}
          {changes.length > 0 && ` · ${counted(changes.length, 'change')}`}
        </Caption1>
      </div>
      <Caption1 className={styles.where}>
        <span>{method ? doorNames[method] : ''}</span>
        <span>{ipAddress ?? ''}</span>
      </Caption1>
    </li>
  )
}

export function OutcomeIcon({ outcome }: { outcome: ActivityOutcome }) {
  const styles = useStyles()
  const Icon = {
    SUCCEEDED: CheckmarkCircleFilled,
    DENIED: ProhibitedFilled,
    FAILED: DismissCircleFilled,
  }[outcome]
  return (
    <span className={mergeClasses(styles.icon, styles[outcome])}>
      <Icon fontSize={20} aria-label={outcomeNames[outcome]} role="img" />
    </span>
  )
}
