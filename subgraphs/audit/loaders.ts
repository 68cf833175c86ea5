/** Creates the DataLoaders of one request. The DataLoaders read only the viewer's tenant. */
import DataLoader from 'dataloader'
import { and, desc, eq, inArray, or, sql } from 'drizzle-orm'
import { visibleActivity } from '../../drizzle/reads/nodes.ts'
import { checkpoint, facet, sealed, unsealed } from '../../drizzle/tables/audit.ts'
import { type Activity, activity } from '../../drizzle/tables/views.ts'
import { type Context, tenantReader } from '../../platform/graphql/context.ts'
import { isUuid } from '../../platform/lib/uuid.ts'
import { utf8 } from '../../proof/bytes.ts'
import { leafHash } from '../../proof/merkle-tree.ts'
import { inclusionPaths } from '../../proof/tiles.ts'
import { tileReader } from './log/tile-store.ts'
import type { IntegrityProof } from './mappers.ts'

type TenantReader = ReturnType<typeof tenantReader>

export interface Loaders {
  /**
   * Runs a read transaction in the viewer's tenant. @throws UNAUTHENTICATED when the viewer has no
   * tenant
   */
  inTenant: TenantReader
  /**
   * Loads events by ID. Null when the event does not exist or the viewer may not read the event.
   */
  events: DataLoader<string, Activity | null>
  /** Loads inclusion proofs of sealed events by sequence number. */
  integrity: DataLoader<number, IntegrityProof>
  /** Loads actors by key. The name comes from the actor's newest event that the viewer may read. */
  actors: DataLoader<string, Activity['actor']>
}

export function createLoaders(context: Pick<Context, 'db' | 'viewer'>): Loaders {
  const inTenant = tenantReader(context)
  return {
    inTenant,
    events: eventLoader(inTenant),
    integrity: integrityLoader(inTenant),
    actors: actorLoader(inTenant),
  }
}

function eventLoader(inTenant: TenantReader): Loaders['events'] {
  return new DataLoader(async (ids) => {
    const rows = await inTenant((tx, partnerClientId) =>
      tx
        .select()
        .from(activity)
        .where(
          and(inArray(activity.eventId, ids.filter(isUuid)), visibleActivity(partnerClientId)),
        ),
    )
    const byId = new Map(rows.map((row) => [row.eventId, row]))
    return ids.map((id) => byId.get(id) ?? null)
  })
}

/**
 * Loads all proofs of a page in one transaction. All proofs then refer to the same checkpoint, and
 * each tile is read only once.
 */
function integrityLoader(inTenant: TenantReader): Loaders['integrity'] {
  return new DataLoader((sequences) =>
    inTenant(async (tx) => {
      const [newest] = await tx
        .select()
        .from(checkpoint)
        .orderBy(desc(checkpoint.treeSize))
        .limit(1)
      if (!newest) return sequences.map(noProof)
      const rows = await tx
        .select({ sequence: sealed.sequence, event: sealed.event })
        .from(sealed)
        .where(inArray(sealed.sequence, [...sequences]))
      const provable = rows.filter(({ sequence }) => sequence <= newest.treeSize)
      const paths = await inclusionPaths(
        provable.map(({ sequence }) => sequence - 1),
        newest.treeSize,
        tileReader(tx),
      )
      const proofs = new Map(
        provable.map(({ sequence, event }, index) => [
          sequence,
          {
            canonicalEvent: event,
            leafHash: leafHash(utf8(event)),
            inclusionPath: paths[index] ?? [],
            checkpoint: newest,
          },
        ]),
      )
      return sequences.map((sequence) => proofs.get(sequence) ?? noProof(sequence))
    }),
  )
}

/** A sealed event always has a proof, unless the stored log was altered. */
const noProof = (sequence: number) =>
  new Error(`The log has no proof of the event with the sequence number ${sequence}.`)

function actorLoader(inTenant: TenantReader): Loaders['actors'] {
  return new DataLoader((keys) =>
    inTenant(async (tx, partnerClientId) => {
      const visible =
        partnerClientId === null
          ? undefined
          : sql`(client_id is null or client_id = ${partnerClientId})`
      const ofActors = inArray(sql`actor_key`, [...keys])
      const newest = await tx.execute<{ event_id: string; at: string }>(sql`
        select distinct on (actor_key) event_id, at::text as at from (
          select actor_key, event_id, occurred_at as at from ${unsealed} where ${and(ofActors, visible)}
          union all
          select f.actor_key, e.event_id, e.occurred_at
          from (select facet_id, actor_key from ${facet} where ${and(ofActors, visible)}) f
          cross join lateral (
            select event_id, occurred_at from ${sealed} where ${sealed.facetId} = f.facet_id order by occurred_at desc, event_id desc limit 1) e
        ) as events order by actor_key, events.at desc, event_id desc`)
      if (newest.length === 0) return keys.map(noEvent)
      const isNewest = newest.map(({ event_id, at }) =>
        and(eq(activity.eventId, event_id), sql`${activity.occurredAt} = ${at}::timestamptz`),
      )
      const rows = await tx
        .select()
        .from(activity)
        .where(and(or(...isNewest), visibleActivity(partnerClientId)))
      const byKey = new Map(rows.map((row) => [row.actorKey, row.actor]))
      return keys.map((key) => byKey.get(key) ?? noEvent(key))
    }),
  )
}

const noEvent = (actorKey: string) => new Error(`The log has no event of the actor ${actorKey}.`)
