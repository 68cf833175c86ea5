/**
 * The mail queue: mail about an event is enqueued in the event's own transaction, and sent by the
 * worker in notifications/. That a message was sent or given up is recorded too.
 */
import { recipientsOf } from '../../drizzle/reads.ts'
import type { unsealed } from '../../drizzle/tables/audit.ts'
import { due, message } from '../../drizzle/tables/notifications.ts'
import type { WriteTx } from '../postgres/database.ts'
import { insertRow, systemActor } from './rows.ts'

/** Mail about an event. It goes to the tenant's notification recipients after the change. */
export interface Notification {
  /** Further addresses, such as recipients whom the change removed. */
  alsoTo?: readonly string[]
}

/** The event that a mail is about. */
type MailedEvent = Pick<
  typeof unsealed.$inferSelect,
  'tenantId' | 'eventId' | 'requestId' | 'traceId' | 'clientId'
>

/** Messages of one tenant that may wait at a time. Further ones are recorded as abandoned. */
const maxWaiting = 500

export async function enqueueNotification(
  tx: WriteTx,
  event: MailedEvent,
  { alsoTo = [] }: Notification,
): Promise<void> {
  const { tenantId, eventId } = event
  // One message each: recipients do not see one another, and an address that is refused does not
  // delay the others.
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

/**
 * Records that a message was given up. The caller removes it from the queue in the same
 * transaction.
 */
export async function recordNotificationAbandoned(
  tx: WriteTx,
  event: MailedEvent,
  recipient: string,
  reason: 'REFUSED' | 'UNDELIVERABLE',
): Promise<void> {
  await insertRow(tx, {
    ...abandoned(event, reason),
    changes: [{ field: 'recipient', before: recipient, after: null }],
  })
}

/**
 * Records that the mail server accepted a message, with the message's action and number of
 * recipients. The addresses are not recorded; they are in the tenant's settings.
 */
export async function recordNotificationSent(
  tx: WriteTx,
  event: MailedEvent & { action: string },
): Promise<void> {
  await insertRow(tx, {
    ...rowAbout(event),
    action: 'notification.sent',
    outcome: 'SUCCEEDED',
    changes: [
      { field: 'kind', before: null, after: event.action },
      { field: 'recipients', before: null, after: 1 },
    ],
  })
}

const abandoned = (event: MailedEvent, reason: string) => ({
  ...rowAbout(event),
  action: 'notification.abandoned' as const,
  outcome: 'FAILED' as const,
  reason,
})

/** With the client id of the event, so that the same people can read both. */
const rowAbout = ({ tenantId, eventId, requestId, traceId, clientId }: MailedEvent) => ({
  tenantId,
  requestId,
  traceId,
  clientId,
  actorKey: systemActor.key,
  actor: systemActor,
  target: { type: 'activity_event', id: eventId, displayName: null },
})
