/**
 * Decides which refused and failed attempts are recorded in separate rows and which attempts are
 * only counted. The bounds prevent an attacker from flooding the log and the database. The first
 * attempts in a minute get one row each. Attempts above a bound are combined into one row per
 * minute and kind of attempt. The bounds apply per process, and coalescing-worker.ts writes the
 * counts to the database.
 */
import { sha256 } from '../auth/tokens.ts'
import type { Database } from '../postgres/database.ts'
import type { ActivityRow, CoalescedCount, OperatorRow } from './rows.ts'

/**
 * The maximum numbers of rows per minute and process. Attempts above these bounds are only counted.
 */
export interface CoalescingBounds {
  /** The bound per IP address, and also per session or partner instance. */
  perSource: number
  perTenant: number
  /**
   * The bound for all tenants together. The operators' log has a separate bound of the same size,
   * so unverified attempts cannot use up the tenants' bound.
   */
  overall: number
  /**
   * The length of a counting interval in milliseconds. The default is one minute, and only tests
   * use another value.
   */
  minuteMs: number
}

export const coalescingBounds: CoalescingBounds = {
  perSource: 20,
  perTenant: 100,
  overall: 1_000,
  minuteMs: 60_000,
}

/**
 * The maximum number of kinds of attempts per tenant and minute that are counted with all details.
 * The next 20 kinds are counted without IP address and target. All further kinds are also counted
 * without actor and session.
 */
const maxKinds = 20
/**
 * The maximum number of distinct tenant names from unverified attempts in memory. Attempts with
 * further names are counted in the operators' log only.
 */
const maxNamedTenants = 10_000

/** The columns of a tenant's row that are known before the row is inserted. */
export type Attempt = Omit<ActivityRow, 'requestId' | 'coalesced' | 'occurredAt'>
export type OperatorAttempt = Omit<
  OperatorRow,
  'requestId' | 'coalesced' | 'occurredAt' | 'eventId'
>
type AnyAttempt = Attempt | OperatorAttempt

/**
 * A database with an optional coalescer. With a coalescer, refused attempts above the bounds are
 * only counted. Without a coalescer, each attempt gets a separate row.
 */
export interface AuditDatabase extends Database {
  coalescer?: AuditCoalescer
}

export interface AuditCoalescer {
  /** Returns true if the attempt is within the bounds and gets a separate row. */
  allow(attempt: AnyAttempt, at?: number): boolean
  /** Returns the count for this attempt. The caller writes the count in its own transaction. */
  counted(attempt: AnyAttempt, at?: number): CoalescedCount
  /**
   * Counts the attempt in memory. Before that, registers this process in the database, so that
   * other processes can detect that counts were lost in a crash.
   */
  count(attempt: AnyAttempt, at?: number): Promise<void>
  /**
   * Counts an unverified attempt for the tenant with this id or domain. The next flush checks
   * whether the tenant exists.
   */
  countNamed(name: string, attempt: (tenantId: string) => Attempt): Promise<void>
}

/** The counts in memory that are not in the database yet. */
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
 * Creates a coalescer that counts attempts in memory.
 * @param register registers this process in the database; awaited before an attempt is counted
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
    /** Returns the pending counts and clears them. The caller writes the counts to the database. */
    drain(): PendingCounts {
      const drained = pending
      pending = noCounts()
      return drained
    },
    /** Restores counts that could not be written to the database. */
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

/**
 * Returns the sources that are bounded separately: the IP address, and the session or (without a
 * session) the partner instance.
 */
function sourcesOf(attempt: AnyAttempt): string[] {
  const { sessionId, clientId }: Partial<Attempt> = 'tenantId' in attempt ? attempt : {}
  const principal = sessionId ? [`session ${sessionId}`] : clientId ? [`client ${clientId}`] : []
  return attempt.ipAddress ? [`address ${attempt.ipAddress}`, ...principal] : principal
}

/**
 * Removes the IP address and the target, because a client can send any number of different values.
 */
const withoutTarget = <One extends AnyAttempt>(attempt: One): One => ({
  ...attempt,
  ipAddress: null,
  userAgent: null,
  target: null,
  changes: [],
})

/**
 * Also removes the actor and the session, because an attacker can use any number of different
 * values. The actor of an API token is kept.
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

/** Returns a hash of the fields that all attempts of one kind have in common. */
function kindOf({ action, outcome, reason, actorKey, ipAddress, target, ...rest }: AnyAttempt) {
  const { method, clientId, sessionId }: Partial<Attempt> = 'tenantId' in rest ? rest : {}
  const parts = [action, outcome, reason, actorKey, ipAddress, target, method, clientId, sessionId]
  return sha256(JSON.stringify(parts.map((part) => part ?? null)))
}
