/** Mail that tells a tenant's recipients of a row in its Activity Log: put in the outbox in the same transaction, sent by the worker in notifications/. */
import { recipientsOf } from '../drizzle/reads.ts'
import { activity } from '../drizzle/tables/audit.ts'
import { due, message } from '../drizzle/tables/notifications.ts'
import type { Actor } from '../drizzle/tables/shared.ts'
import type { WriteTx } from './db.ts'

/** Whom to tell besides the tenant's notification recipients as they are after the change. */
export interface Notice {
  alsoTo?: readonly string[]
}

/** Messages of one tenant that may wait at a time. More are not queued, and the log says so. */
const maxWaiting = 500

export async function putInOutbox(tx: WriteTx, event: typeof activity.$inferSelect, { alsoTo = [] }: Notice): Promise<void> {
  const { tenantId, eventId } = event
  // One message each: recipients do not see one another, and one that is refused keeps nobody waiting.
  const byAddress = new Map([...(await recipientsOf(tx)), ...alsoTo].map((address) => [address.toLowerCase(), address]))
  if (byAddress.size === 0) return
  if ((await tx.$count(message)) + byAddress.size > maxWaiting) {
    await tx.insert(activity).values(abandoned(event, 'LIMIT_EXCEEDED'))
    return
  }
  const messages = [...byAddress.values()].map((recipient) => ({ tenantId, eventId, recipient }))
  const queued = await tx.insert(message).values(messages).returning()
  await tx.insert(due).values(queued.map(({ messageId }) => ({ messageId, tenantId })))
}

const system: Actor = { __typename: 'SystemActor', key: 'system', displayName: 'The service' }

/** The row that says that mail about another row did not go out, to nobody or to one recipient. */
const abandoned = ({ tenantId, eventId, requestId }: typeof activity.$inferSelect, reason: string) => ({
  tenantId,
  requestId,
  actorKey: system.key,
  actor: system,
  action: 'notification.abandoned',
  outcome: 'FAILED' as const,
  reason,
  target: { type: 'activity_event', id: eventId, displayName: null },
})

/** Gives a message up: it leaves the outbox, and the log says to whom and why it did not go out. */
export async function giveUp(tx: WriteTx, event: typeof activity.$inferSelect, recipient: string, reason: string): Promise<void> {
  await tx.insert(activity).values({ ...abandoned(event, reason), changes: [{ field: 'recipient', before: recipient, after: null }] })
}
