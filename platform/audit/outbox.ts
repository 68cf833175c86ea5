/** Mail that tells a tenant's recipients of a row in its Activity Log: put in the outbox in the same transaction, sent by the worker in notifications/. */
import { recipientsOf } from '../../drizzle/reads.ts'
import type { unsealed } from '../../drizzle/tables/audit.ts'
import { due, message } from '../../drizzle/tables/notifications.ts'
import type { WriteTx } from '../postgres/database.ts'
import { insertRow, systemActor } from './rows.ts'

/** Whom to tell besides the tenant's notification recipients as they are after the change. */
export interface Notification {
  alsoTo?: readonly string[]
}

/** The row that mail is about. */
type Event = Pick<
  typeof unsealed.$inferSelect,
  'tenantId' | 'eventId' | 'requestId' | 'traceId' | 'clientId'
>

/** Messages of one tenant that may wait at a time. More are not queued, and the log says so. */
const maxWaiting = 500

export async function enqueueNotification(
  tx: WriteTx,
  event: Event,
  { alsoTo = [] }: Notification,
): Promise<void> {
  const { tenantId, eventId } = event
  // One message each: recipients do not see one another, and one that is refused keeps nobody waiting.
  const byAddress = new Map(
    [...(await recipientsOf(tx)), ...alsoTo].map((address) => [address.toLowerCase(), address]),
  )
  if (byAddress.size === 0) return
  if ((await tx.$count(message)) + byAddress.size > maxWaiting) {
    await insertRow(tx, abandoned(event, 'LIMIT_EXCEEDED'))
    return
  }
  const messages = [...byAddress.values()].map((recipient) => ({ tenantId, eventId, recipient }))
  const queued = await tx.insert(message).values(messages).returning()
  await tx.insert(due).values(queued.map(({ messageId }) => ({ messageId, tenantId })))
}

/** The row that says that mail about another row did not go out, to nobody or to one recipient. */
const abandoned = (event: Event, reason: string) => ({
  ...about(event),
  action: 'notification.abandoned',
  outcome: 'FAILED' as const,
  reason,
})

/** Read by those who read the row that the mail was about. */
const about = ({ tenantId, eventId, requestId, traceId, clientId }: Event) => ({
  tenantId,
  requestId,
  traceId,
  clientId,
  actorKey: systemActor.key,
  actor: systemActor,
  target: { type: 'activity_event', id: eventId, displayName: null },
})

/** Gives a message up: it leaves the outbox, and the log says to whom and why it did not go out. */
export async function abandonNotification(
  tx: WriteTx,
  event: Event,
  recipient: string,
  reason: string,
): Promise<void> {
  await insertRow(tx, {
    ...abandoned(event, reason),
    changes: [{ field: 'recipient', before: recipient, after: null }],
  })
}

/** The row that says that the mail server took a message: of what kind, and for how many. Whom it went to, the settings say. */
export async function recordNotificationSent(
  tx: WriteTx,
  event: Event & { action: string },
): Promise<void> {
  const changes = [
    { field: 'kind', before: null, after: event.action },
    { field: 'recipients', before: null, after: 1 },
  ]
  await insertRow(tx, {
    ...about(event),
    action: 'notification.sent',
    outcome: 'SUCCEEDED',
    changes,
  })
}
