/** Mutations of sessions and Microsoft sign-ins. */
import type { MutatedFile } from './mutations.ts'

export const sessionMutations: MutatedFile[] = [
  {
    file: 'subgraphs/identity/sessions/touch-session.ts',
    tests: ['test/identity/sessions.test.ts'],
    mutations: [
      {
        name: 'use revives an idle session',
        search: 'and(eq(session.sessionId, sessionId), isNotIdle)',
        replacement: 'eq(session.sessionId, sessionId)',
      },
    ],
  },
  {
    file: 'subgraphs/identity/permissions.ts',
    tests: ['test/identity/revoke-session.test.ts'],
    mutations: [
      {
        name: 'a technician ends the session of a colleague',
        search: "(isMember(viewer) && args.input?.sessionId === viewer.sessionId) || 'FORBIDDEN'",
        replacement: "isMember(viewer) || 'FORBIDDEN'",
      },
      {
        name: 'one request tries several codes',
        search: "  'redeemHandoff',\n",
        replacement: '',
        tests: ['test/identity/redeem-handoff.test.ts'],
      },
    ],
  },
  {
    file: 'subgraphs/identity/microsoft/complete-microsoft-login.ts',
    tests: ['test/identity/microsoft-login.test.ts'],
    mutations: [
      {
        name: 'a sign-in of another client is completed',
        search: 'state.client !== client',
        replacement: 'false',
      },
      {
        name: 'a sign-in that another browser started is completed',
        search: '!secret || sha256(secret) !== state.secretHash',
        replacement: 'false',
      },
      {
        name: 'the address of the callback is not checked',
        search: 'redirectUri === issuer + redirectPaths[client]',
        replacement: 'true',
      },
      {
        name: 'the organization of the user is not compared',
        search: 'if (!homeTenant || claims.tid !== homeTenant.microsoftTenantId)',
        replacement: 'if (!homeTenant)',
        survives: 'openid-client compares the issuer, which contains the same tid.',
      },
      {
        name: 'a user without a role signs in',
        search: 'if (!isGlobalAdmin && !grant)',
        replacement: 'if (false)',
      },
      {
        name: 'a grant that was revoked meanwhile signs in',
        search: 'if (current === undefined)',
        replacement: 'if (false)',
      },
    ],
  },
  {
    file: 'subgraphs/identity/microsoft/microsoft-user.ts',
    tests: ['test/identity/microsoft-login.test.ts'],
    mutations: [
      {
        name: 'every role of Entra ID is a Global Administrator',
        search: 'Array.isArray(wids) && wids.includes(globalAdministrator)',
        replacement: 'Array.isArray(wids)',
      },
    ],
  },
]
