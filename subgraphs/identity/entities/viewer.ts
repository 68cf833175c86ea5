import { isMember, isReader, type Viewer } from '../../../platform/auth/viewer.ts'
import type { Permission, ViewerResolvers } from '../schema.types.ts'

export const viewer: ViewerResolvers = {
  // The type assertion is safe. Only an anonymous viewer has no actor, and `Query.viewer` returns
  // null for an anonymous viewer.
  actor: (viewer) => (viewer as Extract<Viewer, { actor: unknown }>).actor,
  session: (viewer, _, { loaders }) =>
    isMember(viewer) ? loaders.sessions.load(viewer.sessionId) : null,
  tenant: (viewer) => (isReader(viewer) ? { id: viewer.tenantId } : null),
  permissions: permissionsOf,
}

const memberPermissions: Permission[] = [
  'READ_TENANT',
  'READ_ACTIVITY',
  'UPDATE_SETTINGS',
  'DISABLE_IT_COMPLETE_LOGIN',
]

const adminPermissions: Permission[] = [
  ...memberPermissions,
  'MANAGE_NOTIFICATIONS',
  'ENABLE_IT_COMPLETE_LOGIN',
  'MANAGE_SPANNING_ADMINS',
  'MANAGE_PARTNER_ASSOCIATIONS',
  'MANAGE_SESSIONS',
  'MANAGE_API_TOKENS',
]

/**
 * Returns the permissions that a client uses to show or hide buttons. The rules in permissions.ts
 * authorize each operation, and a test in test/house checks that both agree.
 */
function permissionsOf(viewer: Viewer): Permission[] {
  if (viewer.kind === 'api-token') return ['READ_ACTIVITY']
  if (!isMember(viewer)) return []
  return viewer.kind === 'admin' ? adminPermissions : memberPermissions
}
