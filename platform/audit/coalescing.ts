/**
 * Decides which refused and failed attempts get a row each and which are only counted, so that an
 * attack cannot flood the log or the database. The first attempts of a minute get a row each;
 * attempts above a bound are combined into one row per minute and kind, with a count. The bounds
 * apply per process; coalescing-worker.ts writes the counts to the database.
 */
import { sha256 } from '../auth/tokens.ts'
import type { Database } from '../postgres/database.ts'
import type { ActivityRow, CoalescedCount, OperatorRow } from './rows.ts'

/** The maximum numbers of rows per minute and process. Attempts above a bound are only counted. */
export interface CoalescingBounds {
  /** Rows of one IP address, and rows of one session or partner instance. */
  perSource: number
  perTenant: number
  /**
   * Rows of all tenants together. The operators' log has a separate bound of the same size, so that
   * unverified attempts cannot use up the tenants' bound.
   */
  overall: number
  /** The length of the counting interval in milliseconds. Only tests change it from one minute. */
  minuteMs: number
}

export const coalescingBounds: CoalescingBounds = {
  perSource: 20,
  perTenant: 100,
  overall: 1_000,
  minuteMs: 60_000,
}

/**
 * The number of kinds of attempts per tenant and minute that are counted with all details. The next
 * 20 kinds are counted without IP address and target, and all further kinds also without actor and
 * session.
 */
const maxKinds = 20
/**
 * The maximum number of distinct tenant names in unverified attempts between two flushes. Attempts
 * with further names are counted in the operators' log only.
 */
const maxNamedTenants = 10_000

/** A tenant's row without the columns that are set when it is written. */
export type Attempt = Omit<ActivityRow, 'requestId' | 'coalesced' | 'occurredAt'>
export type OperatorAttempt = Omit<
  OperatorRow,
  'requestId' | 'coalesced' | 'occurredAt' | 'eventId'
>
type AnyAttempt = Attempt | OperatorAttempt

/**
 * A database with a coalescer for refused attempts. Without a coalescer, each attempt gets a row.
 */
export interface AuditDatabase extends Database {
  coalescer?: AuditCoalescer
}

export interface AuditCoalescer {
  /** Returns whether the attempt is within the bounds and gets its own row. */
  allow(attempt: AnyAttempt, at?: number): boolean
  /** Returns the count of this attempt, for a caller that writes it in its own transaction. */
  counted(attempt: AnyAttempt, at?: number): CoalescedCount
  /**
   * Counts the attempt in memory. The process is registered in the database first, because a crash
   * would lose the counts in memory.
   */
  count(attempt: AnyAttempt, at?: number): Promise<void>
  /**
   * Counts an unverified attempt for the tenant that it named by id or domain. The next flush
   * checks whether that tenant exists.
   */
  countNamed(name: string, attempt: (tenantId: string) => Attempt): Promise<void>
}

/** Counts in memory that are not in the database yet. */
export interface PendingCounts {
  /** The counts by tenant, minute and kind. */
  counts: Map<string, { tenantId: string | null; counted: CoalescedCount }>
  /** The counts of unverified attempts by tenant name and minute. */
  named: Map<
    string,
    { attempt: (tenantId: string) => Attempt; counted: Omit<CoalescedCount, 'key' | 'event'> }
  >
}

/**
 * @param register registers this process in the database. It is awaited before an attempt is
 * counted in memory.
 */
export function createAuditCoalescer(
  { perSource, perTenant, overall, minuteMs }: CoalescingBounds,
  register: () => Promise<void>,
) {
  let minute = 0
  const allowed = new Map<string, number>()
  const kinds = new Map<string, Set<string>>()
  let pending = noCounts()

  const minuteOf = (at: number) => Math.floor(at / minuteMs) * minuteMs

  function startMinute(at: number): void {
    const current = minuteOf(at)
    if (current === minute) return
    minute = current
    allowed.clear()
    kinds.clear()
  }

  const oneAt = (at: number) => ({
    minute: new Date(minuteOf(at)),
    count: 1,
    firstAt: new Date(at),
    lastAt: new Date(at),
  })

  function counted(attempt: AnyAttempt, at = Date.now()): CoalescedCount {
    startMinute(at)
    const tenantId = tenantOf(attempt)
    const seen = kinds.get(tenantId ?? '') ?? new Set()
    kinds.set(tenantId ?? '', seen)
    const candidates = [attempt, withoutTarget(attempt)]
    for (const [step, event] of candidates.entries()) {
      const key = kindOf(event)
      if (!seen.has(key) && seen.size >= (step + 1) * maxKinds) continue
      if (seen.size < 2 * maxKinds) seen.add(key)
      return { ...oneAt(at), key, event: { ...event, requestId: '' } }
    }
    const event = withoutActor(attempt)
    return { ...oneAt(at), key: kindOf(event), event: { ...event, requestId: '' } }
  }

  const coalescer: AuditCoalescer = {
    allow(attempt, at = Date.now()) {
      startMinute(at)
      const tenantId = tenantOf(attempt)
      const bounds: [key: string, bound: number][] = [
        [tenantId === null ? 'operators' : 'tenants', overall],
        ...sourcesOf(attempt).map((source): [string, number] => [source, perSource]),
      ]
      if (tenantId !== null) bounds.push([`tenant ${tenantId}`, perTenant])
      if (bounds.some(([key, bound]) => (allowed.get(key) ?? 0) >= bound)) return false
      for (const [key] of bounds) allowed.set(key, (allowed.get(key) ?? 0) + 1)
      return true
    },

    counted,

    async count(attempt, at = Date.now()) {
      await register()
      const one = counted(attempt, at)
      const tenantId = tenantOf(attempt)
      const key = `${tenantId} ${one.minute.getTime()} ${one.key}`
      addTo(pending.counts, key, { tenantId, counted: one })
    },

    async countNamed(name, attempt) {
      await register()
      const one = oneAt(Date.now())
      const key = `${name} ${one.minute.getTime()}`
      if (pending.named.size < maxNamedTenants || pending.named.has(key))
        addTo(pending.named, key, { attempt, counted: one })
    },
  }

  return {
    coalescer,
    isEmpty: () => pending.counts.size + pending.named.size === 0,
    /** Returns and clears the pending counts. The caller writes them to the database. */
    drain(): PendingCounts {
      const drained = pending
      pending = noCounts()
      return drained
    },
    /** Adds back counts that could not be written to the database. */
    restore({ counts, named }: PendingCounts): void {
      for (const [key, one] of counts) addTo(pending.counts, key, one)
      for (const [key, one] of named) addTo(pending.named, key, one)
    },
  }
}

const noCounts = (): PendingCounts => ({ counts: new Map(), named: new Map() })

type CountAndTimes = Pick<CoalescedCount, 'count' | 'firstAt' | 'lastAt'>

function addTo<Entry extends { counted: CountAndTimes }>(
  map: Map<string, Entry>,
  key: string,
  entry: Entry,
): void {
  const existing = map.get(key)
  if (!existing) return void map.set(key, { ...entry, counted: { ...entry.counted } })
  const { count, firstAt, lastAt } = entry.counted
  existing.counted.count += count
  if (firstAt < existing.counted.firstAt) existing.counted.firstAt = firstAt
  if (lastAt > existing.counted.lastAt) existing.counted.lastAt = lastAt
}

const tenantOf = (attempt: AnyAttempt): string | null =>
  'tenantId' in attempt ? attempt.tenantId : null

/** Returns the IP address, and the session or (without a session) the partner instance. */
function sourcesOf(attempt: AnyAttempt): string[] {
  const { sessionId, clientId }: Partial<Attempt> = 'tenantId' in attempt ? attempt : {}
  const principal = sessionId ? [`session ${sessionId}`] : clientId ? [`client ${clientId}`] : []
  return attempt.ipAddress ? [`address ${attempt.ipAddress}`, ...principal] : principal
}

/**
 * Removes the address and the target, because one caller can send any number of different values.
 */
const withoutTarget = <One extends AnyAttempt>(attempt: One): One => ({
  ...attempt,
  ipAddress: null,
  userAgent: null,
  target: null,
  changes: [],
})

/**
 * Also removes the actor and the session, because an attack can use any number of different values.
 * The actor of an API token is kept.
 */
function withoutActor<One extends AnyAttempt>(attempt: One): One {
  const isAnonymized = 'tenantId' in attempt && attempt.actor.__typename !== 'ApiTokenActor'
  return {
    ...withoutTarget(attempt),
    ...(isAnonymized && { actor: severalActors, actorKey: severalActors.key, sessionId: null }),
  }
}

const severalActors = {
  __typename: 'SystemActor' as const,
  key: 'system',
  displayName: 'The service, for several',
}

/** Returns a hash that is the same for all attempts that are counted together. */
function kindOf({ action, outcome, reason, actorKey, ipAddress, target, ...rest }: AnyAttempt) {
  const { method, clientId, sessionId }: Partial<Attempt> = 'tenantId' in rest ? rest : {}
  const parts = [action, outcome, reason, actorKey, ipAddress, target, method, clientId, sessionId]
  return sha256(JSON.stringify(parts.map((part) => part ?? null)))
}
