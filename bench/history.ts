/**
 * Generates a long Activity Log inside the database. The sealed events have the same format as real
 * events, but their commitments are arbitrary bytes instead of hashes.
 */
import type { openClient } from '../platform/postgres/servers.ts'
import { formatCheckpoint, formatOrigin } from '../proof/checkpoint.ts'
import { CompactRange } from '../proof/merkle-tree.ts'
import { type Signer, signNote } from '../proof/signed-note.ts'
import { appendLeaves } from '../proof/tiles.ts'

type Owner = ReturnType<typeof openClient>

export interface History {
  tenantId: string
  events: number
  /**
   * The number of months before the current month. The events are distributed evenly over these
   * months.
   */
  months: number
  /**
   * Assigns the same facet to all events, for tests that only need realistic planner statistics.
   */
  alike?: boolean
}

/** Rare and common values, for queries with high and low selectivity. */
export const peculiar = {
  /** A rare value occurs once in this number of events. */
  rareOneIn: 5_003,
  rareActor: 'partner:vsa-3:rare',
  rareAction: 'partner_instance.resumed',
  rareWord: 'seldomseen',
  /** A rare word of a script without spaces. It stands next to `rareWord`. */
  rareLetters: '稀少語彙',
  /** The actor and the action of the 40 oldest events. */
  departedActor: 'microsoft:departed',
  departedAction: 'spanning_admin.granted',
  /** A word that every event contains. */
  commonWord: 'northwind',
  /** Two words that alternate between events. No event contains both words. */
  halves: ['heron', 'osprey'],
  /** A word that occurs in every event of the second month and in no other event. */
  wordOfOneMonth: 'migrated',
  /**
   * The ID of a session with 2,000 events in the middle of the log. Other sessions have 40 events.
   */
  longSession: '5e551011-0000-4000-8000-000000000000',
} as const

/** The number of actors. A few actors cause most of the events. */
export const actorCount = 500
const combinationCount = actorCount * 12
const actions = [
  ...[
    'handoff.created',
    'handoff.redeemed',
    'session.signed_out',
    'microsoft_login.completed',
    'api_token.refused',
    'authorization.denied',
  ],
  ...[
    'service_settings.updated',
    'notification_settings.updated',
    'partner_association.updated',
    'session.revoked',
    'operation.read',
  ],
  ...[
    'handoff.validated',
    'api_token.created',
    'api_token.revoked',
    'it_complete_login.enabled',
    'it_complete_login.disabled',
  ],
]

/** Creates the facets. Must be called once, before `makeMonth`. */
export async function makeFacets(owner: Owner, { tenantId, months }: History): Promise<void> {
  await owner`select audit.make_partitions((now() - make_interval(months => ${months}::int))::date, now()::date)`
  await owner.begin(async (sql) => {
    await sql`select set_config('app.tenant_id', ${tenantId}, true)`
    await sql`
      create table if not exists combination as
      select k, who, actor_key, action, nullif(split_part(actor_key, ':', 3), '') is not null as is_partner,
        (case when k % 5 = 2 then 'DENIED' when k % 11 = 2 then 'FAILED' else 'SUCCEEDED' end)::audit.activity_outcome as outcome,
        (case when actor_key like '%vsa%' then 'KASEYA_VSA' when actor_key like '%uniview%' then 'UNITRENDS_UNIVIEW' else 'MICROSOFT' end)::identity.login_method as method,
        case when actor_key like 'partner:%' then split_part(actor_key, ':', 2) end as client_id
      from (
        select k, k % ${actorCount}::int as who,
          case when k = 0 then ${peculiar.rareActor} when k = 1 then ${peculiar.departedActor} when k % 3 = 0 then format('microsoft:%s', k % ${actorCount}::int)
            when k % 3 = 1 then format('partner:vsa-%s:%s', k % 5, k % ${actorCount}::int) else format('partner:uniview-%s:%s', k % 2, k % ${actorCount}::int) end as actor_key,
          case k when 0 then ${peculiar.rareAction} when 1 then ${peculiar.departedAction}
            else (string_to_array(${actions.join()}, ','))[1 + (k / 7) % ${actions.length}::int] end as action
        from generate_series(0, ${combinationCount - 1}::int) as k) as numbered`
    for (const actor of [sql`actor_key`, sql`null`])
      await sql`
        insert into audit.facet (tenant_id, actor_key, action, outcome, method, client_id)
        select distinct ${tenantId}::uuid, ${actor}, action, outcome, method, client_id from combination`
  })
  await owner`analyze audit.facet`
}

/**
 * Generates the events of one month. Month 0 is the oldest month. Calls for different months can
 * run concurrently.
 */
export async function makeMonth(
  owner: Owner,
  { tenantId, events, months, alike = false }: History,
  month: number,
): Promise<void> {
  const [from, to] = [
    Math.floor((events * month) / months) + 1,
    Math.floor((events * (month + 1)) / months),
  ]
  const middle = Math.floor(events / 2)
  const [heron, osprey] = peculiar.halves
  await owner.begin(async (sql) => {
    await sql`select set_config('app.tenant_id', ${tenantId}, true)`
    await sql`set local work_mem = '256MB'`
    await sql`set local synchronous_commit = off`
    await sql`
      create temp table placed on commit drop as
      select c.*, f.facet_id, kind.facet_id as kind_id from combination c
      join audit.facet f on f.tenant_id = ${tenantId}::uuid and f.actor_key = c.actor_key and f.action = c.action
        and f.outcome = c.outcome and f.method = c.method and f.client_id is not distinct from c.client_id
      join audit.facet kind on kind.tenant_id = ${tenantId}::uuid and kind.actor_key is null and kind.action = c.action
        and kind.outcome = c.outcome and kind.method = c.method and kind.client_id is not distinct from c.client_id`
    await sql`analyze placed`
    await sql`
      insert into audit.sealed (tenant_id, sequence, retention, occurred_at, event_id, facet_id, kind_id, event, disclosures)
      select ${tenantId}::uuid, n, 'SEVEN_YEARS', at, id, facet_id, kind_id,
        format('{"action":"%s","actor":{"key":"%s","type":"PartnerTechnician"},"actorCommitment":"%s=","clientId":%s,"coalesced":null,"id":"%s","method":"%s","occurredAt":"%s","outcome":"%s","reason":null,"requestId":"%s","sequence":%s,"sessionId":"%s","target":{"id":"%s","type":"session"},"targetCommitment":"%s=","tenantId":"%s","traceId":null,"version":1}',
          action, actor_key, noise, coalesce('"' || client_id || '"', 'null'), id, method, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), outcome,
          left(noise, 16), n, case when n between ${middle}::int and ${middle + 1999}::int then ${peculiar.longSession} else md5((n / 40)::text)::uuid::text end,
          md5((n / 7)::text)::uuid, noise, ${tenantId}::text),
        format('{"actor":{"salt":"%s=","value":{"displayName":"Technician %s","email":"t%s@${sql.unsafe(peculiar.commonWord)}.example","ipAddress":"192.0.2.%s","userAgent":"Mozilla/5.0 (X11; Linux x86_64)"}},"target":{"salt":"%s=","value":{"changes":[{"after":"%s %s","before":null,"field":"state"}],"displayName":null}}}',
          noise, who, who, who % 250, noise, case when k = 0 then ${`${peculiar.rareWord} ${peculiar.rareLetters}`} when ${month}::int = 1 then ${peculiar.wordOfOneMonth} else 'ended' end,
          case n % 2 when 0 then ${heron} else ${osprey} end)::json
      from (
        select n, at, left(md5(n::text) || md5(n::text), 43) as noise,
          (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id,
          case when ${alike} then 2 when n <= 40 then 1 when n % ${peculiar.rareOneIn}::int = 0 then 0
            else 2 + floor(${combinationCount - 2}::int * power((hashint8(n)::bigint + 2147483648) / 4294967296.0::float8, 6))::int end as picked
        from generate_series(${from}::int, ${to}::int) as n,
          lateral (select date_trunc('milliseconds', start + (start + interval '1 month' - start) * ((n - ${from - 1}::int)::float8 / ${to - from + 2}::int)) as at
            from (select date_trunc('month', now()) + make_interval(months => ${month - months}::int) as start) as m) as t
        ) as e
      join placed on k = picked`
    await sql`
      insert into audit.activity_count (tenant_id, hour, facet_id, retention, count)
      select tenant_id, date_trunc('hour', occurred_at), facet_id, retention, count(*) from audit.sealed
      where tenant_id = ${tenantId}::uuid and occurred_at >= date_trunc('month', now()) + make_interval(months => ${month - months}::int)
        and occurred_at < date_trunc('month', now()) + make_interval(months => ${month - months + 1}::int)
      group by 1, 2, 3, 4`
  })
}

/**
 * Writes the hashes of the generated events and a signed checkpoint, as the sequencer does for real
 * events.
 */
export async function sealHistory(
  owner: Owner,
  { tenantId }: History,
  signer: Signer,
): Promise<void> {
  const leaves: Buffer[] = []
  const rows = owner<{ leaf: Buffer }[]>`
    select sha256('\\x00'::bytea || convert_to(event, 'UTF8')) as leaf from audit.sealed where tenant_id = ${tenantId}::uuid order by sequence`
  await rows.cursor(10_000, (batch) => void leaves.push(...batch.map(({ leaf }) => leaf)))
  const range = new CompactRange(0, [])
  for (const leaf of leaves) range.append(leaf)
  const tiles = await appendLeaves(0, leaves, async () => [])
  for (let at = 0; at < tiles.length; at += 500) {
    const values = tiles.slice(at, at + 500).map(({ level, index, hashes }) => ({
      tenant_id: tenantId,
      level,
      tile_index: index,
      hashes,
    }))
    await owner`insert into audit.tile ${owner(values)}`
  }
  const [treeSize, rootHash] = [leaves.length, range.root()]
  const note = signNote(
    formatCheckpoint({ origin: formatOrigin(signer.name, tenantId, 1), treeSize, rootHash }),
    signer,
  )
  await owner`insert into audit.checkpoint ${owner([{ tenant_id: tenantId, tree_size: treeSize, epoch: 1, root_hash: rootHash, note }])}`
}
