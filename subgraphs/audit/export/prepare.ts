/**
 * Prepares exports. The service stores the filter and the range of an export before the download
 * starts.
 */
import { and, desc, eq, gt, lte, sql } from 'drizzle-orm'
import { apiTokenStillWorks } from '../../../drizzle/reads/api-tokens.ts'
import { sessionStatusById } from '../../../drizzle/reads/sessions.ts'
import { activityExport, checkpoint, expired } from '../../../drizzle/tables/audit.ts'
import { type Admin, type ApiToken, viewerOf } from '../../../platform/auth/viewer.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import type { ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import { Rollback } from '../../../platform/postgres/errors.ts'
import type { CheckpointRow } from '../mappers.ts'
import type {
  ActivityExportCompression,
  ActivityExportFormat,
  ActivityFilter,
} from '../schema.types.ts'
import { parseFilter } from '../search/parse-filter.ts'
import { isStorable } from '../search/parse-text.ts'

/** The viewers who may read the whole Activity Log of their tenant. */
export type ExportViewer = Admin | ApiToken

export interface ExportInput {
  filter: ActivityFilter | null
  /** The export contains the events after this sequence number. */
  afterSequence: number
  format: ActivityExportFormat
  compression: ActivityExportCompression
}

export interface PreparedExport extends ExportInput {
  tenantId: string
  exportId: string
  expiresAt: Date
  /** The export ends with the last event of this checkpoint. */
  checkpoint: CheckpointRow
  /** The checkpoint of the tenant's previous export. Null for the first export of a log epoch. */
  previous: CheckpointRow | null
}

/** The validity period of a prepared export. */
const lifetimeMinutes = 60

/** The log does not contain the events that were requested. */
export class ExportUnavailable extends Rollback {
  readonly reason: 'NOTHING_SEALED' | 'BEYOND_LOG'
  constructor(reason: 'NOTHING_SEALED' | 'BEYOND_LOG') {
    super(
      reason === 'NOTHING_SEALED'
        ? 'The log has no sealed events yet. Retry in 1 second.'
        : '`afterSequence` must be at most the number of sealed events in the log.',
    )
    this.reason = reason
  }
}

/**
 * Removes empty members from a filter. Returns null for an empty filter, because only an unfiltered
 * export can prove that no event is missing.
 */
export function normalizeFilter(filter: ActivityFilter | null | undefined): ActivityFilter | null {
  const members = Object.entries(filter ?? {}).filter(
    ([, value]) => value != null && !(typeof value === 'string' && value.trim() === ''),
  )
  return members.length ? Object.fromEntries(members) : null
}

/**
 * Prepares an export of the events up to the newest checkpoint.
 * @throws ExportUnavailable when the log has no checkpoint, or has fewer events than
 * `afterSequence`
 * @throws BAD_USER_INPUT when a list or text of the filter is too long or cannot be stored
 */
export async function prepareExport(
  tx: WriteTx,
  { tenantId, actor }: ExportViewer,
  input: ExportInput,
): Promise<PreparedExport> {
  assertStorable(input.filter ?? {})
  const [newest] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
  if (!newest) throw new ExportUnavailable('NOTHING_SEALED')
  if (input.afterSequence > newest.treeSize) throw new ExportUnavailable('BEYOND_LOG')
  // Skips exports of larger trees, which a concurrent request may have prepared. A consistency
  // proof exists only from a smaller tree to a larger tree.
  const [previous] = await tx
    .select()
    .from(activityExport)
    .where(lte(activityExport.treeSize, newest.treeSize))
    .orderBy(desc(activityExport.createdAt))
    .limit(1)
  const [row] = await tx
    .insert(activityExport)
    .values({
      tenantId,
      expiresAt: sql`now() + make_interval(mins => ${lifetimeMinutes})`,
      actorKey: actor.key,
      input,
      treeSize: newest.treeSize,
      previousTreeSize: previous?.treeSize ?? null,
    })
    .returning()
  if (!row) throw new Error('The insert into audit.export returned no row.')
  return { ...input, ...(await withCheckpoints(tx, row)) }
}

/**
 * Rejects texts that PostgreSQL cannot store, because the service stores the filter of an export. A
 * search does not store its filter and therefore accepts these texts.
 */
function assertStorable(filter: ActivityFilter): void {
  parseFilter(filter, { partnerClientId: null })
  const { actors, actions, sessionId, text } = filter
  if (![...(actors ?? []), ...(actions ?? []), sessionId ?? '', text ?? ''].every(isStorable))
    throw badInput('The filter must not contain NUL characters or lone surrogates.')
}

/** Counts the events of an unfiltered export. Events that retention deleted are not counted. */
export async function countExportedEvents(
  tx: ReadTx,
  { afterSequence, checkpoint: { treeSize } }: PreparedExport,
): Promise<number> {
  const [row] = await tx.execute<{ gone: number }>(sql`
    select coalesce(sum(least(run.last, ${treeSize}) - greatest(run.first, ${afterSequence + 1}) + 1), 0)::float8 as gone
    from ${expired} cross join lateral (
      select (r ->> 0)::bigint as first, (r ->> 1)::bigint as last from jsonb_array_elements(${expired.runs}) as r) as run
    where ${expired.droppedAt} is not null and run.last > ${afterSequence} and run.first <= ${treeSize}`)
  return treeSize - afterSequence - (row?.gone ?? 0)
}

/**
 * Returns an export that the viewer prepared in the last hour. Returns null for any other export
 * ID.
 */
export async function findPreparedExport(
  tx: ReadTx,
  { actor }: ExportViewer,
  exportId: string,
): Promise<PreparedExport | null> {
  const [row] = await tx
    .select()
    .from(activityExport)
    .where(
      and(
        eq(activityExport.exportId, exportId),
        eq(activityExport.actorKey, actor.key),
        gt(activityExport.expiresAt, sql`now()`),
      ),
    )
  if (!row) return null
  return { ...withDates(row.input as ExportInput), ...(await withCheckpoints(tx, row)) }
}

/** Converts the times of a stored filter to Date objects, because JSON stores times as texts. */
function withDates(input: ExportInput): ExportInput {
  const date = (text: Date | null | undefined) => (text == null ? text : new Date(text))
  const { filter } = input
  return {
    ...input,
    filter: filter && {
      ...filter,
      occurredFrom: date(filter.occurredFrom),
      occurredTo: date(filter.occurredTo),
    },
  }
}

async function withCheckpoints(
  tx: ReadTx,
  { tenantId, exportId, expiresAt, treeSize, previousTreeSize }: typeof activityExport.$inferSelect,
) {
  const checkpointAt = async (size: number) =>
    (await tx.select().from(checkpoint).where(eq(checkpoint.treeSize, size)))[0] ?? null
  const own = await checkpointAt(treeSize)
  if (!own) throw new Error(`The log has no checkpoint with tree size ${treeSize}.`)
  const previous = previousTreeSize === null ? null : await checkpointAt(previousTreeSize)
  return {
    tenantId,
    exportId,
    expiresAt,
    checkpoint: own,
    // Checkpoints of different epochs belong to different trees, so no consistency proof exists.
    previous: previous?.epoch === own.epoch ? previous : null,
  }
}

/** Returns whether the viewer's session or API token still permits an export. */
export async function canStillExport(tx: ReadTx, viewer: ExportViewer): Promise<boolean> {
  if (viewer.kind === 'api-token') return apiTokenStillWorks(tx, viewer.tokenId)
  const status = await sessionStatusById(tx, viewer.sessionId)
  return status !== undefined && viewerOf(viewer.tenantId, status).kind === 'admin'
}

/** Returns the description of an export for the Activity Log, such as "CSV, events 1 to 100". */
export const describeExport = ({ format, filter, afterSequence, checkpoint }: PreparedExport) =>
  `${format}, ${filter ? 'filtered, of events' : 'events'} ${afterSequence + 1} to ${checkpoint.treeSize}`
