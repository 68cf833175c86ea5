import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { denied, PublicError } from '../../../platform/lib/errors.ts'
import {
  countExportedEvents,
  describeExport,
  ExportUnavailable,
  normalizeFilter,
  type PreparedExport,
  prepareExport,
} from '../export/prepare.ts'
import type { MutationResolvers } from '../schema.types.ts'

/**
 * Prepares an export and returns its download link. Only the viewer who created the export can use
 * the link.
 */
export const createActivityExport =
  (publicUrl: string): NonNullable<MutationResolvers['createActivityExport']> =>
  (_, { input }, context) =>
    audited(context, { action: 'activity_export.created' }, async (tx, viewer) => {
      if (viewer.kind !== 'admin') throw denied('FORBIDDEN')
      const { afterSequence = 0, format, compression = 'NONE' } = input
      const filter = normalizeFilter(input.filter)
      const prepared = await prepareExport(tx, viewer, {
        filter,
        afterSequence,
        format,
        compression,
      }).catch(throwAsUserError)
      const eventCount = filter ? null : await countExportedEvents(tx, prepared)
      return {
        payload: { export: { ...toActivityExport(prepared, publicUrl), eventCount } },
        target: {
          type: 'activity_export',
          id: prepared.exportId,
          displayName: describeExport(prepared),
        },
      }
    })

function throwAsUserError(error: unknown): never {
  if (error instanceof PublicError && error.code === 'BAD_USER_INPUT')
    throwUserError('INVALID_VALUE', error.message, 'filter')
  if (error instanceof ExportUnavailable)
    throwUserError(
      'INVALID_VALUE',
      error.message,
      error.reason === 'BEYOND_LOG' ? 'afterSequence' : null,
    )
  throw error
}

const toActivityExport = (
  { tenantId, exportId, expiresAt, checkpoint }: PreparedExport,
  publicUrl: string,
) => ({
  downloadUrl: `${publicUrl}/activity/export/${tenantId}?export=${exportId}`,
  expiresAt,
  checkpoint,
})
