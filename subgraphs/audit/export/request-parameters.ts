/** Parses the query string of `GET /activity/export/{tenantId}`. */
import type { Request } from 'express'
import { badInput } from '../../../platform/lib/errors.ts'
import { parseUuid } from '../../../platform/lib/uuid.ts'
import type { ActivityExportCompression, ActivityExportFormat } from '../schema.types.ts'
import type { ExportInput, PreparedExport } from './prepare.ts'

type Query = Request['query']

export const formats: Record<ActivityExportFormat, { contentType: string; extension: string }> = {
  NDJSON: { contentType: 'application/x-ndjson', extension: 'ndjson' },
  CSV: { contentType: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  OCSF: { contentType: 'application/x-ndjson', extension: 'ocsf.ndjson' },
}

/**
 * The content type and file extension of each compression. When `contentType` is null, the content
 * type of the format applies.
 */
export const compressions: Record<
  ActivityExportCompression,
  { contentType: string | null; extension: string }
> = {
  NONE: { contentType: null, extension: '' },
  GZIP: { contentType: 'application/gzip', extension: '.gz' },
  ZSTD: { contentType: 'application/zstd', extension: '.zst' },
}

const isFormat = (text: unknown): text is ActivityExportFormat =>
  typeof text === 'string' && Object.hasOwn(formats, text)

const isCompression = (text: unknown): text is ActivityExportCompression =>
  typeof text === 'string' && Object.hasOwn(compressions, text)

/**
 * Parses the parameters of a new, unfiltered export. A filtered export requires the mutation
 * `createActivityExport`.
 * @throws BAD_USER_INPUT when a parameter is unknown or invalid
 */
export function newExportInput({
  format = 'NDJSON',
  compression = 'NONE',
  afterSequence = '0',
  ...others
}: Query): ExportInput {
  if (Object.keys(others).length)
    throw badInput(
      'A new export accepts only the parameters `format`, `compression` and `afterSequence`.',
    )
  if (!isFormat(format)) throw badInput('`format` must be NDJSON, CSV or OCSF.')
  if (!isCompression(compression)) throw badInput('`compression` must be NONE, GZIP or ZSTD.')
  return { filter: null, afterSequence: parseSequence(afterSequence), format, compression }
}

/**
 * Parses the parameters of a prepared export. A client can resume the download after a sequence
 * number.
 * @throws BAD_USER_INPUT when a parameter is unknown or invalid
 */
export function resumeFrom({ export: exportId, afterSequence, ...others }: Query): {
  exportId: string
  afterSequence: number | null
} {
  if (Object.keys(others).length)
    throw badInput('A prepared export accepts only the parameters `export` and `afterSequence`.')
  const id = parseUuid(exportId)
  if (id === null) throw exportNotFound()
  return {
    exportId: id,
    afterSequence: afterSequence === undefined ? null : parseSequence(afterSequence),
  }
}

/**
 * Returns the part of a prepared export after the sequence number.
 * @throws BAD_USER_INPUT when the export does not contain the sequence number
 */
export function resumed(prepared: PreparedExport, afterSequence: number | null): PreparedExport {
  if (afterSequence === null) return prepared
  const { afterSequence: first, checkpoint } = prepared
  if (afterSequence < first || afterSequence > checkpoint.treeSize)
    throw badInput(
      `\`afterSequence\` must be between ${first} and ${checkpoint.treeSize} for this export.`,
    )
  return { ...prepared, afterSequence }
}

export const exportNotFound = () =>
  badInput('The export does not exist or has expired. Create a new export.')

function parseSequence(text: unknown): number {
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw badInput('`afterSequence` must be an integer between 0 and 2^53 - 1.')
  return Number(text)
}
