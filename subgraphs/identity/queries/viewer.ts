import { denied } from '../../../platform/lib/errors.ts'
import type { QueryResolvers } from '../schema.types.ts'

/**
 * Returns null if the session has ended. If the session ended because Login with IT Complete is
 * off, throws MICROSOFT_SIGN_IN_REQUIRED, so that the client can offer sign-in with Microsoft.
 */
export const viewer: QueryResolvers['viewer'] = (_, __, { viewer }) => {
  if (viewer.kind === 'ended' && viewer.code === 'MICROSOFT_SIGN_IN_REQUIRED')
    throw denied(viewer.code)
  return viewer.kind === 'anonymous' || viewer.kind === 'ended' ? null : viewer
}
