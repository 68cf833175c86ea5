/**
 * Sends the mail queue: takes messages that are due, and retries failed ones with exponential
 * back-off. Several workers may run.
 */
import { eq, inArray, lte, sql } from 'drizzle-orm'
import { messageById } from '../drizzle/reads.ts'
import { due, message } from '../drizzle/tables/notifications.ts'
import { recordNotificationAbandoned, recordNotificationSent } from '../platform/audit/outbox.ts'
import { unaudited } from '../platform/audit/unaudited.ts'
import type { Log } from '../platform/lib/log.ts'
import { startPeriodicTask } from '../platform/lib/periodic-task.ts'
import { withTimeout } from '../platform/lib/with-timeout.ts'
import type { Database, WriteTx } from '../platform/postgres/database.ts'
import { compose } from './compose.ts'
import { MailRefused, type MailTransport } from './smtp.ts'

export interface Mailer {
  /**
   * Waits up to 4 seconds for messages that are being sent. Unfinished ones are sent again after
   * their lease.
   */
  stop(): Promise<void>
}

export interface MailerOptions {
  db: Database
  log: Log
  /**
   * Null: mail is off. Messages are then removed unsent, so that the queue does not grow and later
   * go out all at once.
   */
  transport: MailTransport | null
  /** How often the queue is read when it was empty. Default: 1,000 ms. */
  pollEveryMs?: number
  /**
   * Wait after the first failure, doubled after each further one, up to an hour. Default: 30,000
   * ms.
   */
  retryAfterMs?: number
}

const batchSize = 20
/**
 * How long a message belongs to the worker that took it: longer than unresponsive servers can delay
 * a whole batch.
 */
const leaseSeconds = 600
const stopTimeoutMs = 4_000
const maxRetryAfterMs = 3_600_000
const abandonAfterMs = 3 * 24 * 3_600_000

type Due = typeof due.$inferSelect

export function startMailer({
  db,
  log,
  transport,
  pollEveryMs = 1_000,
  retryAfterMs = 30_000,
}: MailerOptions): Mailer {
  async function sendBatch(): Promise<'again' | undefined> {
    const taken = await takeDue(db)
    await Promise.all(
      taken.map((one) =>
        deliver(one).catch((error: unknown) =>
          log.error({ err: error, messageId: one.messageId }, 'A message could not be processed.'),
        ),
      ),
    )
    return taken.length === batchSize ? 'again' : undefined
  }

  async function deliver({ tenantId, messageId, attempts }: Due): Promise<void> {
    const content = transport && (await db.read(tenantId, (tx) => messageById(tx, messageId)))
    if (!content)
      return unaudited(db, tenantId, 'removes a message that is not sent', async (tx) => {
        await removeMessage(tx, messageId)
      })
    const { recipient, createdAt } = content.message
    try {
      await transport.send({ messageId, to: recipient, ...compose(content) })
    } catch (error) {
      const isRefused = error instanceof MailRefused
      const isFinal = isRefused || Date.now() - createdAt.getTime() > abandonAfterMs
      log.warn({ err: error, tenantId, messageId, attempts, isFinal }, 'Sending a message failed.')
      if (!isFinal) {
        const backOffMs = retryAfterMs * 2 ** Math.min(attempts - 1, 20)
        return postpone(db, messageId, Math.min(backOffMs, maxRetryAfterMs))
      }
      return unaudited(db, tenantId, 'inserts its row itself', async (tx) => {
        const reason = isRefused ? 'REFUSED' : 'UNDELIVERABLE'
        await recordNotificationAbandoned(tx, content.event, recipient, reason)
        await removeMessage(tx, messageId)
      })
    }
    await unaudited(db, tenantId, 'inserts its row itself', async (tx) => {
      if (await removeMessage(tx, messageId)) await recordNotificationSent(tx, content.event)
    })
  }

  const task = startPeriodicTask(pollEveryMs, log, 'sending mail', sendBatch)
  return {
    async stop() {
      await withTimeout(task.stop(), stopTimeoutMs, () => {})
      transport?.close()
    },
  }
}

/** Returns whether the message was still in the queue. */
async function removeMessage(tx: WriteTx, messageId: string): Promise<boolean> {
  const removed = await tx.delete(message).where(eq(message.messageId, messageId)).returning()
  await tx.delete(due).where(eq(due.messageId, messageId))
  return removed.length === 1
}

const postpone = (db: Database, messageId: string, afterMs: number): Promise<void> =>
  unaudited(db, null, 'when a message is retried', async (tx) => {
    const dueAt = sql`clock_timestamp() + make_interval(secs => ${afterMs / 1000})`
    await tx.update(due).set({ dueAt }).where(eq(due.messageId, messageId))
  })

/** Takes up to 20 messages that are due. No other worker takes them until the lease ends. */
function takeDue(db: Database): Promise<Due[]> {
  return unaudited(db, null, 'which worker sends a message', async (tx) => {
    const ready = await tx
      .select({ messageId: due.messageId })
      .from(due)
      .where(lte(due.dueAt, sql`clock_timestamp()`))
      .orderBy(due.dueAt)
      .limit(batchSize)
      .for('update', { skipLocked: true })
    if (ready.length === 0) return []
    const ids = ready.map(({ messageId }) => messageId)
    return tx
      .update(due)
      .set({
        dueAt: sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`,
        attempts: sql`${due.attempts} + 1`,
      })
      .where(inArray(due.messageId, ids))
      .returning()
  })
}
