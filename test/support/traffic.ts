/**
 * Sends mixed traffic to one tenant during a fault: handoffs, redemptions, settings, reads and
 * exports. Each write has a unique name, so that requested, acknowledged and stored writes can be
 * compared.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { createHandoff, redeemHandoff } from './documents.ts'
import { forgedAssertion } from './login.ts'
import type { Credentials, Reply, Tenant, World } from './world.ts'

type Write = 'handoffs' | 'redemptions' | 'settings'
type Read = 'reads' | 'exports'

export interface Traffic {
  /** The unique names of the requested writes, by kind. The Activity Log contains these names. */
  asked: Record<Write, Set<string>>
  /** The unique names of the writes whose response reported success, by kind. */
  acknowledged: Record<Write, Set<string>>
  read: Record<Read, { asked: number; answered: number; failed: number }>
  /** The number of exports with a manifest that does not match the exported events. */
  falseExports: number
  /** The error codes of the writes that were not acknowledged. */
  codes: Set<string>
  messages: Set<string>
  slowestMs: number
  /**
   * Waits for a write that is requested after this call and acknowledged. Resolves with the time of
   * the acknowledgement (`performance.now()`).
   */
  next(): Promise<number>
  stop(): Promise<void>
}

const updateNotifications =
  'mutation ($input: UpdateNotificationSettingsInput!) { updateNotificationSettings(input: $input) { tenant { settings { version } } userErrors { code } } }'
const settingsVersion = 'query ($id: ID!) { tenant(id: $id) { settings { version } } }'
const readPage =
  'query ($id: ID!) { tenant(id: $id) { name activityLog(first: 10) { nodes { id } } sessions(first: 5) { nodes { id } } } }'

/**
 * Starts the traffic.
 * @param options.handoffs the number of clients that create handoffs concurrently. Each client
 * redeems every third of its codes.
 * @param options.others whether the traffic includes redemptions, settings, reads and exports
 */
export function startTraffic(
  world: World,
  tenant: Tenant,
  admin: Credentials & { bearer: string },
  { handoffs = 3, others = true } = {},
): Traffic {
  let isOver = false
  let told = Promise.withResolvers<number>()
  const sets = () => ({
    handoffs: new Set<string>(),
    redemptions: new Set<string>(),
    settings: new Set<string>(),
  })
  const none = () => ({ asked: 0, answered: 0, failed: 0 })
  const traffic: Traffic = {
    asked: sets(),
    acknowledged: sets(),
    read: { reads: none(), exports: none() },
    falseExports: 0,
    codes: new Set(),
    messages: new Set(),
    slowestMs: 0,
    next() {
      told = Promise.withResolvers()
      return told.promise
    },
    async stop() {
      isOver = true
      await running
    },
  }

  async function timed<T>(work: Promise<T>): Promise<T> {
    const begun = performance.now()
    return work.finally(() => {
      traffic.slowestMs = Math.max(traffic.slowestMs, performance.now() - begun)
    })
  }

  /**
   * Sends a request. Returns the code `NO_ANSWER` if the connection is refused or reset, for
   * example because the gateway was killed.
   */
  const ask = (
    who: Credentials,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<Partial<Reply>> =>
    timed(world.ask(who, query, variables)).catch(() => ({ codes: ['NO_ANSWER'] }))

  async function write(
    kind: Write,
    name: string,
    send: () => Promise<Partial<Reply>>,
    isDone: (data: Reply['data']) => unknown,
  ) {
    const waiting = told
    traffic.asked[kind].add(name)
    const { data, codes = [], errors = [] } = await send()
    if (isDone(data)) {
      traffic.acknowledged[kind].add(name)
      waiting.resolve(performance.now())
      return data
    }
    for (const code of codes.length ? codes : [JSON.stringify(data)]) traffic.codes.add(code)
    for (const { message } of errors) traffic.messages.add(message)
    return null
  }

  async function handOver(client: number) {
    for (let n = 0; !isOver; n++) {
      const ticket = `${client}-${n}`
      const assertion = forgedAssertion(world, world.vsa, tenant.id, { ticket })
      const made = await write(
        'handoffs',
        ticket,
        () => ask(null, createHandoff, { input: { assertion } }),
        (data) => data?.createHandoff?.code,
      )
      if (!made) await wait(100)
      if (!made || !others || n % 3) continue
      const { code } = made.createHandoff
      // The ticket identifies the redemption until the response contains the id of the session.
      await write(
        'redemptions',
        ticket,
        async () =>
          ask(await world.clientCredentials(world.vsa), redeemHandoff, { input: { code } }),
        (data) => data?.redeemHandoff?.accessToken,
      ).then((data) => {
        if (!data) return
        traffic.acknowledged.redemptions.delete(ticket)
        traffic.acknowledged.redemptions.add(data.redeemHandoff.session.id)
      })
    }
  }

  /**
   * Changes the settings repeatedly. Each change uses the version from the previous response, or
   * reads the version again after an error.
   */
  async function changeSettings() {
    let version: number | undefined
    for (let n = 0; !isOver; n++) {
      version ??= (await ask(admin, settingsVersion, { id: tenant.id })).data?.tenant?.settings
        ?.version
      if (version === undefined) {
        await wait(100)
        continue
      }
      const recipient = `n${n}@drill.example`
      const input = { tenantId: tenant.id, expectedVersion: version, recipients: [recipient] }
      const done = await write(
        'settings',
        recipient,
        () => ask(admin, updateNotifications, { input }),
        (data) => data?.updateNotificationSettings?.userErrors.length === 0,
      )
      // Undefined if the change was committed, but reading the new settings failed.
      version = done?.updateNotificationSettings.tenant?.settings?.version
      await wait(20)
    }
  }

  async function read() {
    while (!isOver) {
      traffic.read.reads.asked++
      const { data } = await ask(admin, readPage, { id: tenant.id })
      traffic.read.reads[data?.tenant?.activityLog ? 'answered' : 'failed']++
      await wait(data ? 5 : 100)
    }
  }

  async function takeExports() {
    while (!isOver) {
      traffic.read.exports.asked++
      const text = await timed(
        fetch(`${world.url}/activity/export/${tenant.id}`, {
          headers: { authorization: `Bearer ${admin.bearer}` },
        }).then((answer) => (answer.ok ? answer.text() : '')),
      ).catch(() => '')
      const lines = text.split('\n').filter(Boolean)
      const isWhole = lines.at(-1)?.startsWith('{"manifest"') === true
      traffic.read.exports[isWhole ? 'answered' : 'failed']++
      const events = lines.filter((line) => line.startsWith('{"sequence"')).length
      if (isWhole && JSON.parse(lines.at(-1)!).manifest.count !== events) traffic.falseExports++
      await wait(100)
    }
  }

  const clients = Array.from({ length: handoffs }, (_, client) => handOver(client))
  const running = Promise.all([
    ...clients,
    ...(others ? [changeSettings(), read(), takeExports()] : []),
  ])
  return traffic
}

/**
 * Waits until all events are sealed. Then checks that each acknowledged write was stored exactly
 * once and completely, and that no other write was stored.
 * @param alsoTold error codes that are allowed in addition to INTERNAL_SERVER_ERROR
 * @param mayAllFail kinds of requests that may all fail under this fault
 */
export async function settle(
  world: World,
  tenant: Tenant,
  traffic: Traffic,
  what: string,
  alsoTold: string[] = [],
  mayAllFail: (Write | Read)[] = [],
): Promise<void> {
  const { owner } = world.database
  await vi.waitFor(
    async () =>
      expect(await owner`select from audit.unsealed where tenant_id = ${tenant.id}`).toHaveLength(
        0,
      ),
    {
      timeout: 30_000,
      interval: 100,
    },
  )
  const changed = (action: string, field: string) => owner<{ name: string }[]>`
    select case jsonb_typeof(change -> 'after') when 'array' then change -> 'after' ->> 0 else change ->> 'after' end as name
    from audit.activity, jsonb_array_elements(changes::jsonb) change
    where tenant_id = ${tenant.id} and action = ${action} and outcome = 'SUCCEEDED' and change ->> 'field' = ${field}`
  const rows: Record<Write, string[]> = {
    handoffs: (await changed('handoff.created', 'ticket')).map(({ name }) => name),
    settings: (await changed('notification_settings.updated', 'recipients')).map(
      ({ name }) => name,
    ),
    redemptions: (
      await owner<{ name: string }[]>`
        select session_id::text as name from audit.activity
        where tenant_id = ${tenant.id} and action = 'handoff.redeemed' and outcome = 'SUCCEEDED'`
    ).map(({ name }) => name),
  }
  const table: Record<string, Record<string, number>> = {}
  for (const kind of Object.keys(rows) as Write[]) {
    const found = new Set(rows[kind])
    const { [kind]: asked } = traffic.asked
    const { [kind]: acknowledged } = traffic.acknowledged
    table[kind] = {
      asked: asked.size,
      acknowledged: acknowledged.size,
      found: found.size,
      lost: [...acknowledged].filter((name) => !found.has(name)).length,
      doubled: rows[kind].length - found.size,
      unasked:
        kind === 'redemptions'
          ? Math.max(0, found.size - asked.size)
          : [...found].filter((name) => !asked.has(name)).length,
    }
  }
  console.log(
    what,
    JSON.stringify({
      ...table,
      ...traffic.read,
      slowestMs: Math.round(traffic.slowestMs),
      codes: [...traffic.codes],
      messages: [...traffic.messages],
    }),
  )
  for (const { lost, doubled, unasked } of Object.values(table))
    expect({ lost, doubled, unasked }).toEqual({ lost: 0, doubled: 0, unasked: 0 })
  expect(traffic.falseExports).toBe(0)
  // If every read or every write failed, the drill would prove nothing.
  const succeeded: Record<string, [asked: number, succeeded: number]> = {}
  for (const [kind, { asked = 0, acknowledged = 0 }] of Object.entries(table))
    succeeded[kind] = [asked, acknowledged]
  for (const [kind, { asked, answered }] of Object.entries(traffic.read))
    succeeded[kind] = [asked, answered]
  const failed = Object.entries(succeeded).filter(([, [asked, done]]) => asked > 0 && done === 0)
  expect(failed.filter(([kind]) => !mayAllFail.includes(kind as Write))).toEqual([])

  // Each change in the tables must have a row in the Activity Log, and each row must have a change.
  const [kept] = await owner<
    { codes: number; sessions: number; burned: number; recipients: string[] }[]
  >`
    select (select count(*)::int from identity.handoff where tenant_id = ${tenant.id}) as codes,
      (select count(*)::int from identity.handoff where tenant_id = ${tenant.id} and burned_at is not null) as burned,
      (select count(*)::int from identity.session where tenant_id = ${tenant.id} and method <> 'MICROSOFT') as sessions,
      (select to_json(recipients) from tenants.settings where tenant_id = ${tenant.id}) as recipients`
  expect({ codes: kept!.codes, burned: kept!.burned, sessions: kept!.sessions }).toEqual({
    codes: table.handoffs!.found,
    burned: table.redemptions!.found,
    sessions: table.redemptions!.found,
  })
  if (rows.settings.length)
    expect(kept!.recipients).toEqual([
      rows.settings.toSorted((a, b) => orderOf(a) - orderOf(b)).at(-1),
    ])
  const [log] = await owner`
    select count(*)::int as events, max(sequence)::int as last, count(distinct sequence)::int as places from audit.sealed where tenant_id = ${tenant.id}`
  expect([log!.last, log!.places]).toEqual([log!.events, log!.events])
  expect(
    [...traffic.codes].filter(
      (code) => code !== 'INTERNAL_SERVER_ERROR' && !alsoTold.includes(code),
    ),
  ).toEqual([])
}

const orderOf = (recipient: string) => Number(/\d+/.exec(recipient)![0])
