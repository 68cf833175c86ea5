import type { Resolvers } from '../schema.types.ts'
import { actor } from './actor.ts'
import { apiToken } from './api-token.ts'
import { itCompleteLogin } from './it-complete-login.ts'
import { session } from './session.ts'
import { tenant } from './tenant.ts'
import { viewer } from './viewer.ts'

export const entities: Pick<
  Resolvers,
  'Tenant' | 'ItCompleteLogin' | 'Session' | 'ApiToken' | 'Viewer' | 'Actor'
> = {
  Tenant: tenant,
  ItCompleteLogin: itCompleteLogin,
  Session: session,
  ApiToken: apiToken,
  Viewer: viewer,
  Actor: actor,
}
