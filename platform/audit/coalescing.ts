/**
 * Which refused and failed attempts get a row each, and which are counted: a flood of them would otherwise bury the log, and the database
 * with it. The first ones of a minute are rows; what goes beyond a bound is one row a minute and kind, with its count.
 * The bounds hold in each process; flood-keeper.ts writes the counts down.
 */

import { sha256 } from '../auth/tokens.ts'
import type { ActivityRow, CoalescedCount, OperatorRow } from './rows.ts'

export interface CoalescingBounds {
  /** Of one address, and of one session or partner instance. */
  perSource: number
  perTenant: number
  /** Of all tenants together; and of the operators' log, on its own, so that who proves nothing takes nothing from the tenants. */
  overall: number
  minuteMs: number
}

export const coalescingBounds: CoalescingBounds = {
  perSource: 20,
  perTenant: 100,
  overall: 1_000,
  minuteMs: 60_000,
}

/** Kinds of one tenant and minute that are told apart by everything; as many again by who did it; more by what was tried only. */
const maxKinds = 20
/** Tenants named by attempts that prove nothing, between one writing down and the next. More are in the operators' counts alone. */
const maxNamed = 10_000

/** A row but for what is not known until it is written. */
export type Attempt = Omit<ActivityRow, 'requestId' | 'coalesced' | 'occurredAt'>
export type OperatorAttempt = Omit<
  OperatorRow,
  'requestId' | 'coalesced' | 'occurredAt' | 'eventId'
>
type Any = Attempt | OperatorAttempt

export interface AuditCoalescer {
  /** Whether the attempt gets a row of its own. */
  allow(attempt: Any, at?: number): boolean
  /** As for `count`, for whoever writes the count down in a transaction of their own. */
  counted(attempt: Any, at?: number): CoalescedCount
  /** Counts it; resolves when a process that dies now is known to have counted. */
  count(attempt: Any, at?: number): Promise<void>
  /** Counts an attempt that proved nothing for the tenant that it named by id or domain, if there is one: that is looked up later. */
  countNamed(name: string, attempt: (tenantId: string) => Attempt): Promise<void>
}

export interface Taken {
  counts: Map<string, { tenantId: string | null; counted: CoalescedCount }>
  named: Map<
    string,
    { attempt: (tenantId: string) => Attempt; counted: Omit<CoalescedCount, 'key' | 'event'> }
  >
}

/** @param register makes it known that this process counts, before anything is held in its memory alone. */
export function createAuditCoalescer(
  { perSource, perTenant, overall, minuteMs }: CoalescingBounds,
  register: () => Promise<void>,
) {
  let minute = 0
  const admitted = new Map<string, number>()
  const kinds = new Map<string, Set<string>>()
  let taken: Taken = { counts: new Map(), named: new Map() }

  function turn(at: number): void {
    const now = Math.floor(at / minuteMs) * minuteMs
    if (now === minute) return
    minute = now
    admitted.clear()
    kinds.clear()
  }

  const moments = (at: number) => ({
    minute: new Date(Math.floor(at / minuteMs) * minuteMs),
    count: 1,
    firstAt: new Date(at),
    lastAt: new Date(at),
  })

  function counted(attempt: Any, at = Date.now()): CoalescedCount {
    turn(at)
    const tenantId = tenantOf(attempt)
    const known = kinds.get(tenantId ?? '') ?? new Set()
    kinds.set(tenantId ?? '', known)
    const [event, key] = [attempt, withoutTarget(attempt), withoutActor(attempt)]
      .map((one): [Any, string] => [one, keyOf(one)])
      .find(([, key], step) => known.has(key) || known.size < (step + 1) * maxKinds || step === 2)!
    if (known.size < 2 * maxKinds) known.add(key)
    return { ...moments(at), key, event: { ...event, requestId: '' } }
  }

  const floods: AuditCoalescer = {
    allow(attempt, at = Date.now()) {
      turn(at)
      const tenantId = tenantOf(attempt)
      const bounds: [string, number][] = [
        [tenantId === null ? 'operators' : 'tenants', overall],
        ...(tenantId === null ? [] : ([[`tenant ${tenantId}`, perTenant]] as [string, number][])),
        ...sourcesOf(attempt).map((source): [string, number] => [source, perSource]),
      ]
      if (bounds.some(([key, bound]) => (admitted.get(key) ?? 0) >= bound)) return false
      for (const [key] of bounds) admitted.set(key, (admitted.get(key) ?? 0) + 1)
      return true
    },

    counted,

    async count(attempt, at = Date.now()) {
      await register()
      const one = counted(attempt, at)
      add(taken.counts, `${tenantOf(attempt)} ${one.minute.getTime()} ${one.key}`, {
        tenantId: tenantOf(attempt),
        counted: one,
      })
    },

    async countNamed(name, attempt) {
      await register()
      const one = moments(Date.now())
      const key = `${name} ${one.minute.getTime()}`
      if (taken.named.size < maxNamed || taken.named.has(key))
        add(taken.named, key, { attempt, counted: one })
    },
  }

  return {
    floods,
    isEmpty: () => taken.counts.size + taken.named.size === 0,
    /** What was counted since the last time; from now on the caller's. */
    take(): Taken {
      const all = taken
      taken = { counts: new Map(), named: new Map() }
      return all
    },
    /** Takes back what could not be written down. */
    giveBack(back: Taken): void {
      for (const [key, one] of back.counts) add(taken.counts, key, one)
      for (const [key, one] of back.named) add(taken.named, key, one)
    },
  }
}

type Moments = Pick<CoalescedCount, 'count' | 'firstAt' | 'lastAt'>

function add<One extends { counted: Moments }>(map: Map<string, One>, key: string, one: One): void {
  const known = map.get(key)
  if (!known) return void map.set(key, { ...one, counted: { ...one.counted } })
  known.counted.count += one.counted.count
  if (one.counted.firstAt < known.counted.firstAt) known.counted.firstAt = one.counted.firstAt
  if (one.counted.lastAt > known.counted.lastAt) known.counted.lastAt = one.counted.lastAt
}

const tenantOf = (attempt: Any): string | null => ('tenantId' in attempt ? attempt.tenantId : null)

function sourcesOf(attempt: Any): string[] {
  const { sessionId, clientId }: Partial<Attempt> = 'tenantId' in attempt ? attempt : {}
  const within = sessionId ? [`session ${sessionId}`] : clientId ? [`client ${clientId}`] : []
  return attempt.ipAddress ? [`address ${attempt.ipAddress}`, ...within] : within
}

/** The same without from where and on what, of which one person can make up any number. */
const withoutTarget = <One extends Any>(attempt: One): One => ({
  ...attempt,
  ipAddress: null,
  userAgent: null,
  target: null,
  changes: [],
})

/** The same without who, of whom there may be any number. A program's own use stays its own. */
function withoutActor<One extends Any>(attempt: One): One {
  const isKnown = 'tenantId' in attempt && attempt.actor.__typename !== 'ApiTokenActor'
  return {
    ...withoutTarget(attempt),
    ...(isKnown && { actor: several, actorKey: several.key, sessionId: null }),
  }
}

const several = {
  __typename: 'SystemActor' as const,
  key: 'system',
  displayName: 'The service, for several',
}

function keyOf({ action, outcome, reason, actorKey, ipAddress, target, ...rest }: Any): string {
  const { method, clientId, sessionId }: Partial<Attempt> = 'tenantId' in rest ? rest : {}
  const parts = [action, outcome, reason, actorKey, ipAddress, target, method, clientId, sessionId]
  return sha256(JSON.stringify(parts.map((part) => part ?? null)))
}
