/** Empties the outbox: takes what is due, sends it, and tries again later what did not go out. Any number may run at a time. */
import { setTimeout } from 'node:timers/promises'
import { eq, inArray, lte, sql } from 'drizzle-orm'
import { messageById } from '../drizzle/reads.ts'
import { due, message } from '../drizzle/tables/notifications.ts'
import { recordNotificationAbandoned, recordNotificationSent } from '../platform/audit/outbox.ts'
import { unaudited } from '../platform/audit/unaudited.ts'
import type { Log } from '../platform/lib/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import { compose } from './compose.ts'
import { MailRefused, type MailTransport } from './smtp.ts'

export interface Mailer {
  /** Lets what is being sent finish, for some seconds: what did not is sent again by whoever comes next. */
  stop(): Promise<void>
}

export interface MailerOptions {
  db: Database
  log: Log
  /** Null: mail is off. What is due then leaves the outbox unsent, so that it neither grows nor goes out late in one go. */
  transport: MailTransport | null
  lookEveryMs?: number
  /** After the first failure; doubled with each further one. */
  retryAfterMs?: number
}

const batchSize = 20
/** Whoever took a message and died with it keeps it back for this long: longer than a server that hangs can hold a whole batch up. */
const leaseSeconds = 600
const stopWithinMs = 4_000
const maxRetryAfterMs = 3_600_000
const giveUpAfterMs = 3 * 24 * 3_600_000

type Due = typeof due.$inferSelect

export function startMailer({
  db,
  log,
  transport,
  lookEveryMs = 1_000,
  retryAfterMs = 30_000,
}: MailerOptions): Mailer {
  const stopping = new AbortController()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const taken = await takeDue(db).catch((error: unknown) => {
        log.error({ err: error }, 'the outbox cannot be read')
        return []
      })
      await Promise.all(
        taken.map((one) =>
          deliver(one).catch((error: unknown) =>
            log.error({ err: error }, 'a message is left for later'),
          ),
        ),
      )
      if (taken.length < batchSize) await pause(lookEveryMs, stopping.signal)
    }
  }

  async function deliver({ tenantId, messageId, attempts }: Due): Promise<void> {
    const content = transport && (await db.read(tenantId, (tx) => messageById(tx, messageId)))
    if (!content) return remove(tenantId, messageId)
    const { recipient, createdAt } = content.message
    try {
      await transport.send({ messageId, to: recipient, ...compose(content) })
    } catch (error) {
      const isFinal =
        error instanceof MailRefused || Date.now() - createdAt.getTime() > giveUpAfterMs
      log.warn({ err: error, tenantId, messageId, attempts, isFinal }, 'a message did not go out')
      if (!isFinal)
        return postpone(
          messageId,
          Math.min(retryAfterMs * 2 ** Math.min(attempts - 1, 20), maxRetryAfterMs),
        )
      return unaudited(db, tenantId, 'the row that says so is written here', async (tx) => {
        await recordNotificationAbandoned(
          tx,
          content.event,
          recipient,
          error instanceof MailRefused ? 'REFUSED' : 'UNDELIVERABLE',
        )
        await tx.delete(message).where(eq(message.messageId, messageId))
        await tx.delete(due).where(eq(due.messageId, messageId))
      })
    }
    await unaudited(db, tenantId, 'the row that says so is written here', async (tx) => {
      const removed = await tx.delete(message).where(eq(message.messageId, messageId)).returning()
      await tx.delete(due).where(eq(due.messageId, messageId))
      if (removed.length === 1) await recordNotificationSent(tx, content.event)
    })
  }

  const remove = (tenantId: string, messageId: string): Promise<void> =>
    unaudited(db, tenantId, 'mail tells of a row, and is none', async (tx) => {
      await tx.delete(message).where(eq(message.messageId, messageId))
      await tx.delete(due).where(eq(due.messageId, messageId))
    })

  const postpone = (messageId: string, afterMs: number): Promise<void> =>
    unaudited(db, null, 'when a message is tried again', async (tx) => {
      const dueAt = sql`clock_timestamp() + make_interval(secs => ${afterMs / 1000})`
      await tx.update(due).set({ dueAt }).where(eq(due.messageId, messageId))
    })

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await Promise.race([running, setTimeout(stopWithinMs, undefined, { ref: false })])
      transport?.close()
    },
  }
}

/** Takes messages that are due, for as long as the lease runs: nobody else takes them meanwhile. */
function takeDue(db: Database): Promise<Due[]> {
  return unaudited(db, null, 'who sends a message', async (tx) => {
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

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => {})
