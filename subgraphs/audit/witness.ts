/**
 * The witness of the Activity Log: a service of somebody else that keeps the newest checkpoint of each log, and cosigns another one only where
 * it is proven to continue that (C2SP tlog-witness). It knows what was stated also where nobody kept the anchors.
 *
 * It is asked in the background, for the newest checkpoint alone: sealing never waits for it, and goes on where it is away. What stops sealing
 * is its word that it holds what the database does not continue.
 */
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { desc } from 'drizzle-orm'
import { Agent, request } from 'undici'
import { checkpoint } from '../../drizzle/tables/audit.ts'
import type { Log } from '../../platform/lib/log.ts'
import { startPeriodicTask } from '../../platform/lib/periodic-task.ts'
import { type Database, DatabaseUnavailable } from '../../platform/postgres/database.ts'
import { cosignatureOf } from '../../proof/cosignature.ts'
import type { Verifier } from '../../proof/signed-note.ts'
import { consistencyPath } from '../../proof/tiles.ts'
import { AnchorAhead } from './anchors.ts'
import { readTiles } from './seal.ts'

export interface WitnessOptions {
  /** Its submission prefix, without a slash at the end. */
  url: string
  key: Verifier
  /** In the sealer's role. */
  db: Database
  log: Log
  /** Where checkpoints are kept that it cosigned: a file for each tenant, only ever appended to. */
  directory: string
}

export interface Witness {
  /** @throws AnchorAhead where the witness said that the database does not continue this epoch of the log */
  check(tenantId: string, epoch: number): void
  /** The newest checkpoint of this log is to be cosigned, soon. */
  submit(tenantId: string): void
  /** Tenants whose logs the witness has stopped. */
  stopped(): string[]
  /** Gives what is still to be submitted two seconds. */
  stop(): Promise<void>
}

const everyMs = 1_000
/** What it refuses, it is not asked again each second. */
const refusedAgainMs = 30_000
const deadlineMs = 2_000
const maxBytes = 16_384
const tenantsAtATime = 4

export function startWitness({ url, key, db, log, directory }: WitnessOptions): Witness {
  /** Tenants whose newest checkpoint is to be submitted, from when on, whoever waits longest first. */
  const waiting = new Map<string, number>()
  /** How much of each log the witness holds, as far as this process knows. */
  const held = new Map<string, Held>()
  const halted = new Map<string, { epoch: number; reason: string }>()
  /** Why it last refused a log. */
  const refusals = new Map<string, string>()
  let isAway = false
  const closing = new AbortController()
  const agent = new Agent({ connections: tenantsAtATime })

  async function round(): Promise<void> {
    const due = [...waiting]
      .filter(([, from]) => from <= performance.now())
      .map(([tenantId]) => tenantId)
    let asked = 0
    let wasAway = false
    const submitAll = async () => {
      for (
        let tenantId = due.shift();
        tenantId && !wasAway && !closing.signal.aborted;
        tenantId = due.shift()
      ) {
        waiting.delete(tenantId)
        asked++
        await submitNewest(tenantId).catch((error: unknown) => {
          if (isOfAll(error)) wasAway = true
          notSubmitted(tenantId, error)
        })
      }
    }
    await Promise.all(Array.from({ length: tenantsAtATime }, submitAll))
    if (!asked || wasAway || !isAway) return
    isAway = false
    log.info('checkpoints are submitted to the witness again')
  }

  /** Tells of each change once, not with each round. */
  function notSubmitted(tenantId: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    waiting.set(tenantId, performance.now() + (isOfAll(error) ? 0 : refusedAgainMs))
    if (closing.signal.aborted) return
    if (isOfAll(error)) {
      if (!isAway)
        log.warn(
          { err: error },
          'checkpoints cannot be submitted to the witness: sealing goes on, and they are submitted later',
        )
      isAway = true
    } else if (refusals.get(tenantId) !== reason) {
      refusals.set(tenantId, reason)
      log.error(
        { tenantId, reason },
        'a checkpoint is not cosigned by the witness: sealing goes on',
      )
    }
  }

  async function submitNewest(tenantId: string): Promise<void> {
    // Once from where the witness is believed to be, and once from where it says that it is.
    for (let attempt = 0; attempt < 2; attempt++) {
      const submission = await submissionOf(db, tenantId, held.get(tenantId))
      if (!submission) return
      const { epoch, treeSize, note, from, path } = submission
      if (path === null) return halt(tenantId, epoch, treeSize, from)
      const { status, size, text } = await ask(
        `old ${from}\n${path.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`,
      )
      if (status === 200) {
        const line = cosignatureOf(note.slice(0, note.lastIndexOf('\n\n') + 1), text, key)
        held.set(tenantId, { epoch, treeSize })
        if (refusals.delete(tenantId)) log.info({ tenantId }, 'the witness cosigns a log again')
        return keep(tenantId, epoch, treeSize, `${note}${line}\n`)
      }
      const isOfAnotherRoot =
        status === 409 && from === treeSize && (size === from || size === null)
      if (status === 422 || isOfAnotherRoot) return halt(tenantId, epoch, treeSize, from)
      if (status !== 409 || size === null || size === from) throw new Error(`it answered ${status}`)
      held.set(tenantId, { epoch, treeSize: size })
    }
    // Another process was faster, twice.
    waiting.set(tenantId, 0)
  }

  function halt(tenantId: string, epoch: number, treeSize: number, from: number): void {
    const reason =
      from > treeSize
        ? `the witness holds ${from} events, and the database ${treeSize}: it was set back`
        : `the log does not continue the one of ${from} events that the witness holds`
    halted.set(tenantId, { epoch, reason })
  }

  async function ask(body: string): Promise<Answer> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(deadlineMs)])
    const answer = await answerOf(agent, `${url}/add-checkpoint`, body, signal).catch(
      (error: unknown) => {
        throw error instanceof TooLong
          ? error
          : new Away('it cannot be reached, or not in time', { cause: error })
      },
    )
    if (answer.status >= 500) throw new Away(`it answered ${answer.status}`)
    return answer
  }

  /** Anybody who trusts the witness can be shown these. */
  async function keep(
    tenantId: string,
    epoch: number,
    treeSize: number,
    note: string,
  ): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const line = `${JSON.stringify({ epoch, treeSize, note })}\n`
    await appendFile(join(directory, `${tenantId}.witnessed.jsonl`), line, { mode: 0o600 })
  }

  const rounds = startPeriodicTask(everyMs, log, 'checkpoints are submitted to the witness', round)
  return {
    check(tenantId, epoch) {
      const halt = halted.get(tenantId)
      if (halt?.epoch === epoch) throw new AnchorAhead(halt.reason)
      // Another epoch is another log, of which the witness said nothing.
      halted.delete(tenantId)
    },
    submit(tenantId) {
      if (!waiting.has(tenantId)) waiting.set(tenantId, 0)
    },
    stopped: () => [...halted.keys()],
    async stop() {
      const enough = setTimeout(() => closing.abort(), deadlineMs)
      await rounds.stop()
      await round()
      clearTimeout(enough)
      await agent.destroy()
    },
  }
}

interface Held {
  epoch: number
  treeSize: number
}

/** The newest checkpoint, and the proof that it continues what the witness holds; null where there is no such proof. */
const submissionOf = (db: Database, tenantId: string, held: Held | undefined) =>
  db.read(tenantId, async (tx) => {
    const [newest] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
    if (!newest) return null
    const { epoch, treeSize, note } = newest
    const from = held?.epoch === epoch ? held.treeSize : 0
    if (from === 0) return { epoch, treeSize, note, from, path: [] }
    if (from > treeSize) return { epoch, treeSize, note, from, path: null }
    const path = await consistencyPath(from, treeSize, readTiles(tx)).catch((error: unknown) => {
      // Hashes are gone.
      if (error instanceof RangeError) return null
      throw error
    })
    return { epoch, treeSize, note, from, path }
  })

interface Answer {
  status: number
  /** How many events the witness holds, where it says so. */
  size: number | null
  text: string
}

/** It is not there; or the database is not, which others tell of. */
const isOfAll = (error: unknown) => error instanceof Away || error instanceof DatabaseUnavailable
class Away extends Error {}
class TooLong extends Error {}

async function answerOf(
  agent: Agent,
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await request(url, {
    method: 'POST',
    dispatcher: agent,
    body,
    signal,
    headers: { 'content-type': 'text/plain' },
  })
  // A body that is given up says so once more later, when nobody listens: that would end the process.
  answer.body.on('error', () => {})
  const parts: Buffer[] = []
  let length = 0
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBytes) throw new TooLong(`it answered more than ${maxBytes} bytes`)
    parts.push(part)
  }
  const text = Buffer.concat(parts).toString()
  const isSize =
    answer.headers['content-type'] === 'text/x.tlog.size' && /^(0|[1-9]\d{0,14})\n?$/.test(text)
  return { status: answer.statusCode, size: isSize ? Number(text) : null, text }
}
