import { denied } from '../../../platform/lib/errors.ts'
import type { QueryResolvers } from '../schema.types.ts'

/**
 * Null for an ended session. A technician gets an error instead if only Microsoft sign-in is left.
 */
export const viewer: QueryResolvers['viewer'] = (_, __, { viewer }) => {
  if (viewer.kind === 'ended' && viewer.code === 'MICROSOFT_SIGN_IN_REQUIRED')
    throw denied(viewer.code)
  return viewer.kind === 'anonymous' || viewer.kind === 'ended' ? null : viewer
}
