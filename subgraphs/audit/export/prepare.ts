/** What an export holds is fixed before its first line is written, and that it was taken stands in the log. */
import { and, desc, eq, gt, lte, sql } from 'drizzle-orm'
import { apiTokenStillWorks, sessionStatusById } from '../../../drizzle/reads.ts'
import { activityExport, checkpoint, expired } from '../../../drizzle/tables/audit.ts'
import type { Admin, ApiToken } from '../../../platform/auth/viewer.ts'
import { viewerOf } from '../../../platform/auth/viewer.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import { type ReadTx, Rollback, type WriteTx } from '../../../platform/postgres/database.ts'
import { isStorable, wantedBy } from '../filter.ts'
import type {
  ActivityExportCompression,
  ActivityExportFormat,
  ActivityFilter,
} from '../schema.types.ts'

/** Whoever sees the whole of a log. */
export type Exporter = Admin | ApiToken

export interface ExportInput {
  filter: ActivityFilter | null
  afterSequence: number
  format: ActivityExportFormat
  compression: ActivityExportCompression
}

export type Checkpoint = typeof checkpoint.$inferSelect

export interface Prepared extends ExportInput {
  tenantId: string
  exportId: string
  expiresAt: Date
  checkpoint: Checkpoint
  /** Of the tenant's export before it. */
  previous: Checkpoint | null
}

const lifetimeMinutes = 60

/** A filter that lets everything through is none: only the whole of a log proves that nothing is missing. */
export function filterOf(filter: ActivityFilter | null | undefined): ActivityFilter | null {
  const members = Object.entries(filter ?? {}).filter(
    ([, value]) => value != null && !(typeof value === 'string' && value.trim() === ''),
  )
  return members.length ? Object.fromEntries(members) : null
}

/** `early`: nothing is sealed yet. `beyond`: the log holds fewer events than the caller says to have. */
export class NotToBeExported extends Rollback {
  readonly why: 'early' | 'beyond'
  constructor(why: 'early' | 'beyond') {
    super(why)
    this.why = why
  }
}

/**
 * @throws NotToBeExported
 * @throws PublicError BAD_USER_INPUT for a filter whose lists or texts are too long, or cannot be kept
 */
export async function prepare(
  tx: WriteTx,
  { tenantId, actor }: Exporter,
  input: ExportInput,
): Promise<Prepared> {
  wantedBy(input.filter ?? {}, { onlyInstance: null })
  const { actors, actions, sessionId, text } = input.filter ?? {}
  // No event holds such a text, which is why a page with it is empty; here it would have to be kept.
  if (![...(actors ?? []), ...(actions ?? []), sessionId ?? '', text ?? ''].every(isStorable))
    throw badInput('Texts of a filter hold no NUL, and no half of a surrogate pair.')
  const [newest] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
  if (!newest) throw new NotToBeExported('early')
  if (input.afterSequence > newest.treeSize) throw new NotToBeExported('beyond')
  // Of a log that is no longer than this one: another may have been prepared meanwhile that holds more.
  const [before] = await tx
    .select()
    .from(activityExport)
    .where(lte(activityExport.treeSize, newest.treeSize))
    .orderBy(desc(activityExport.createdAt))
    .limit(1)
  const [made] = await tx
    .insert(activityExport)
    .values({
      tenantId,
      expiresAt: sql`now() + make_interval(mins => ${lifetimeMinutes})`,
      actorKey: actor.key,
      input,
      treeSize: newest.treeSize,
      previousTreeSize: before?.treeSize ?? null,
    })
    .returning()
  return { ...input, ...(await placed(tx, made!)) }
}

/** How many events a whole export holds: those of its stretch that retention has not taken. */
export async function countOf(
  tx: ReadTx,
  { afterSequence, checkpoint: { treeSize } }: Prepared,
): Promise<number> {
  const [row] = await tx.execute<{ gone: number }>(sql`
    select coalesce(sum(least(run.last, ${treeSize}) - greatest(run.first, ${afterSequence + 1}) + 1), 0)::float8 as gone
    from ${expired} cross join lateral (
      select (r ->> 0)::bigint as first, (r ->> 1)::bigint as last from jsonb_array_elements(${expired.runs}) as r) as run
    where ${expired.droppedAt} is not null and run.last > ${afterSequence} and run.first <= ${treeSize}`)
  return treeSize - afterSequence - row!.gone
}

/** An export that this caller prepared, while its address works. */
export async function prepared(
  tx: ReadTx,
  { actor }: Exporter,
  exportId: string,
): Promise<Prepared | null> {
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
  return { ...revived(row.input as ExportInput), ...(await placed(tx, row)) }
}

/** JSON has no moments. */
function revived(input: ExportInput): ExportInput {
  const moment = (text: Date | null | undefined) => (text == null ? text : new Date(text))
  const { filter } = input
  return {
    ...input,
    filter: filter && {
      ...filter,
      occurredFrom: moment(filter.occurredFrom),
      occurredTo: moment(filter.occurredTo),
    },
  }
}

async function placed(
  tx: ReadTx,
  { tenantId, exportId, expiresAt, treeSize, previousTreeSize }: typeof activityExport.$inferSelect,
) {
  const at = async (size: number) =>
    (await tx.select().from(checkpoint).where(eq(checkpoint.treeSize, size)))[0] ?? null
  const stated = (await at(treeSize))!
  const before = previousTreeSize === null ? null : await at(previousTreeSize)
  // Another epoch is another log: nothing shows that it was continued.
  return {
    tenantId,
    exportId,
    expiresAt,
    checkpoint: stated,
    previous: before?.epoch === stated.epoch ? before : null,
  }
}

/** Whether the caller may still read what they began to: asked again before each batch, and under lock before the first. */
export async function mayStillRead(tx: ReadTx, viewer: Exporter): Promise<boolean> {
  if (viewer.kind === 'api-token') return apiTokenStillWorks(tx, viewer.tokenId)
  const standing = await sessionStatusById(tx, viewer.sessionId)
  return standing !== undefined && viewerOf(viewer.tenantId, standing).kind === 'admin'
}
