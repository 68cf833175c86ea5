import type { MutationResolvers } from '../schema.types.ts'
import { completeMicrosoftLogin } from './complete-microsoft-login.ts'
import { createApiToken } from './create-api-token.ts'
import { createHandoff } from './create-handoff.ts'
import { redeemHandoff } from './redeem-handoff.ts'
import { revokeApiToken } from './revoke-api-token.ts'
import { revokeFederatedSessions } from './revoke-federated-sessions.ts'
import { revokeSession } from './revoke-session.ts'
import { signOut } from './sign-out.ts'
import { startMicrosoftLogin } from './start-microsoft-login.ts'
import { validateClientAuthentication } from './validate-client-authentication.ts'
import { validateHandoff } from './validate-handoff.ts'

export const mutations: MutationResolvers = {
  createHandoff,
  validateHandoff,
  validateClientAuthentication,
  redeemHandoff,
  startMicrosoftLogin,
  completeMicrosoftLogin,
  signOut,
  revokeSession,
  revokeFederatedSessions,
  createApiToken,
  revokeApiToken,
}
