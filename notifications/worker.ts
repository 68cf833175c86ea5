/**
 * Sends the messages in the mail queue that are due, and retries failed messages with exponential
 * back-off. Several workers can run at the same time.
 */
import { eq, inArray, lte, sql } from 'drizzle-orm'
import { messageById } from '../drizzle/reads/notifications.ts'
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
   * Stops the worker. Waits up to 4 seconds for the current batch. Unfinished messages are sent
   * again after their lease ends.
   */
  stop(): Promise<void>
}

export interface MailerOptions {
  db: Database
  log: Log
  /**
   * The mail transport. If null, mail is off, and the worker deletes queued messages to prevent old
   * messages from being sent when mail is turned on.
   */
  transport: MailTransport | null
  /** The polling interval while the queue is empty. Default: 1,000 ms. */
  pollEveryMs?: number
  /**
   * The delay after the first failure. The delay doubles after each further failure, up to 1 hour.
   * Default: 30,000 ms.
   */
  retryAfterMs?: number
}

const batchSize = 20
/**
 * The duration of the lease of a message, in seconds. Only the worker with the lease may send the
 * message. The lease is longer than a batch takes if the SMTP server does not respond.
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
          log.error(
            { err: error, messageId: one.messageId },
            'Processing a message failed. The worker retries after the lease ends.',
          ),
        ),
      ),
    )
    return taken.length === batchSize ? 'again' : undefined
  }

  async function deliver({ tenantId, messageId, attempts }: Due): Promise<void> {
    const content = transport && (await db.read(tenantId, (tx) => messageById(tx, messageId)))
    if (!content)
      return unaudited(
        db,
        tenantId,
        'a message that is not sent changes nothing for the tenant',
        async (tx) => {
          await removeMessage(tx, messageId)
        },
      )
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
      return unaudited(db, tenantId, 'inserts its audit event itself', async (tx) => {
        const reason = isRefused ? 'REFUSED' : 'UNDELIVERABLE'
        await recordNotificationAbandoned(tx, content.event, recipient, reason)
        await removeMessage(tx, messageId)
      })
    }
    await unaudited(db, tenantId, 'inserts its audit event itself', async (tx) => {
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

/** Removes a message from the queue. Returns whether the queue still contained the message. */
async function removeMessage(tx: WriteTx, messageId: string): Promise<boolean> {
  const removed = await tx.delete(message).where(eq(message.messageId, messageId)).returning()
  await tx.delete(due).where(eq(due.messageId, messageId))
  return removed.length === 1
}

const postpone = (db: Database, messageId: string, afterMs: number): Promise<void> =>
  unaudited(db, null, 'the time of a retry is internal to the mail queue', async (tx) => {
    const dueAt = sql`clock_timestamp() + make_interval(secs => ${afterMs / 1000})`
    await tx.update(due).set({ dueAt }).where(eq(due.messageId, messageId))
  })

/**
 * Leases up to 20 messages that are due. No other worker can lease these messages until the lease
 * ends.
 */
function takeDue(db: Database): Promise<Due[]> {
  return unaudited(db, null, 'the lease of a message is internal to the mail queue', async (tx) => {
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
