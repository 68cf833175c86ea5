/** `createActivityExport`: an export that is ready to be downloaded. */
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { PublicError } from '../../../platform/lib/errors.ts'
import type { MutationResolvers } from '../schema.types.ts'
import {
  countOf,
  type Exporter,
  filterOf,
  NotToBeExported,
  type Prepared,
  prepare,
} from './prepare.ts'

export const exportAction = 'activity_export.created'

export const createActivityExport =
  (publicUrl: string): NonNullable<MutationResolvers['createActivityExport']> =>
  (_, { input }, context) =>
    audited(context, { action: exportAction }, async (tx, viewer) => {
      const { afterSequence = 0, format, compression = 'NONE' } = input
      const filter = filterOf(input.filter)
      const made = await prepare(tx, viewer as Exporter, {
        filter,
        afterSequence,
        format,
        compression,
      }).catch((error: unknown) => {
        if (error instanceof PublicError && error.code === 'BAD_USER_INPUT')
          throwUserError('INVALID_VALUE', error.message, 'filter')
        if (!(error instanceof NotToBeExported)) throw error
        if (error.why === 'early')
          throwUserError('INVALID_VALUE', 'Nothing is sealed yet: ask again in a second.')
        throwUserError('INVALID_VALUE', 'The log does not hold so many events.', 'afterSequence')
      })
      return {
        payload: {
          export: {
            ...shown(made, publicUrl),
            eventCount: filter ? null : await countOf(tx, made),
          },
        },
        target: { type: 'activity_export', id: made.exportId, displayName: describe(made) },
      }
    })

const shown = ({ tenantId, exportId, expiresAt, checkpoint }: Prepared, publicUrl: string) => ({
  downloadUrl: `${publicUrl}/activity/export/${tenantId}?export=${exportId}`,
  expiresAt,
  checkpoint,
})

/** For people who read the log: in which form, and which events. */
export const describe = ({ format, filter, afterSequence, checkpoint }: Prepared) =>
  `${format}, ${filter ? 'filtered, of events' : 'events'} ${afterSequence + 1} to ${checkpoint.treeSize}`
