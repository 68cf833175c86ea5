/**
 * The mail queue. Mail about an event is enqueued in the event's transaction, and the worker in
 * notifications/ sends the mail. Each sent or abandoned message is recorded as a separate event.
 */
import { recipientsOf } from '../../drizzle/reads/notifications.ts'
import type { unsealed } from '../../drizzle/tables/audit.ts'
import { due, message } from '../../drizzle/tables/notifications.ts'
import type { WriteTx } from '../postgres/database.ts'
import { insertRow, systemActor } from './rows.ts'

/**
 * Mail about an event. The recipients are the notification recipients that the tenant has after the
 * change.
 */
export interface Notification {
  /** Additional addresses, such as recipients that the change removed. */
  alsoTo?: readonly string[]
}

/** The event that caused the mail. */
type MailedEvent = Pick<
  typeof unsealed.$inferSelect,
  'tenantId' | 'eventId' | 'requestId' | 'traceId' | 'clientId'
>

/** The maximum number of queued messages per tenant. Further messages are recorded as abandoned. */
const maxWaiting = 500

export async function enqueueNotification(
  tx: WriteTx,
  event: MailedEvent,
  { alsoTo = [] }: Notification,
): Promise<void> {
  const { tenantId, eventId } = event
  // Each recipient gets a separate message. Recipients then do not see each other's addresses, and
  // a rejected address does not delay the other messages.
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
 * Records that a message was abandoned. The caller removes the message from the queue in the same
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
 * Records that the mail server accepted a message. The row contains the action of the event and the
 * number of recipients, but no addresses.
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

/**
 * Returns the columns of a row about a mail. The row has the client id of the event, so the users
 * who can read the event can also read this row.
 */
const rowAbout = ({ tenantId, eventId, requestId, traceId, clientId }: MailedEvent) => ({
  tenantId,
  requestId,
  traceId,
  clientId,
  actorKey: systemActor.key,
  actor: systemActor,
  target: { type: 'activity_event', id: eventId, displayName: null },
})
