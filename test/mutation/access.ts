/** Mutations of authentication, permissions, tenant scope and locks. */
import type { MutatedFile } from './mutations.ts'

export const accessMutations: MutatedFile[] = [
  {
    file: 'platform/graphql/rules.ts',
    tests: ['test/tenants/update-service-settings.test.ts'],
    mutations: [
      {
        name: 'a technician needs no feature that is on',
        search: "viewer.kind === 'technician' && !viewer.itCompleteLoginEnabled",
        replacement: 'false',
        tests: ['test/gateway/subgraph-server.test.ts'],
      },
      {
        name: 'a mutation accepts the ID of another tenant',
        search: "args.input?.tenantId === viewer.tenantId || 'FORBIDDEN'",
        replacement: 'true',
      },
      {
        name: 'a technician counts as an admin',
        search: "(viewer) => viewer.kind === 'admin' || (",
        replacement: '(viewer) => isMember(viewer) || (',
        tests: ['test/tenants/dissociate-partner.test.ts'],
      },
      {
        name: 'step-up is not required',
        search: "viewer.recentlySignedIn || 'STEP_UP_REQUIRED'",
        replacement: 'true',
        tests: ['test/tenants/grant-spanning-admin.test.ts'],
      },
      {
        name: 'a technician reads the whole log',
        search: "if (viewer.kind === 'api-token' || viewer.kind === 'admin') return true",
        replacement: "if (viewer.kind === 'api-token' || isMember(viewer)) return true",
        tests: ['test/audit/activity-tail.test.ts'],
      },
      {
        name: 'a member counts as a partner client',
        search: "if (viewer.kind === 'partner-client') return true",
        replacement: "if (viewer.kind === 'partner-client' || isMember(viewer)) return true",
        tests: ['test/house/permissions.test.ts'],
      },
      {
        name: 'an API token sends sign-in mutations',
        search: "viewer.kind !== 'api-token' || 'FORBIDDEN'",
        replacement: 'true',
        tests: ['test/identity/api-tokens.test.ts'],
      },
    ],
  },
  {
    file: 'platform/graphql/shield.ts',
    tests: ['test/gateway/subgraph-server.test.ts'],
    mutations: [
      {
        name: 'a field without a rule is allowed',
        search: 'fallbackRule: deny',
        replacement: 'fallbackRule: allow',
        tests: ['test/house/permissions.test.ts'],
      },
      {
        name: 'the recheck accepts every answer of the rule',
        search: 'if (answer === true) return\n',
        replacement: 'return\n',
      },
      {
        name: 'denials are not recorded',
        search: 'if (isDenial(result)) {',
        replacement: 'if (false) {',
        tests: ['test/tenants/update-service-settings.test.ts'],
      },
      {
        name: 'an entity reference needs no type',
        search: '_entities: namesTypes',
        replacement: '_entities: allow',
      },
    ],
  },
  {
    file: 'platform/audit/audited.ts',
    tests: ['test/gateway/subgraph-server.test.ts'],
    mutations: [
      {
        name: 'under lock, an ended session counts as a member',
        search: 'if (!current || !isMember(current))',
        replacement: 'if (!current)',
      },
      {
        name: 'under lock, the rule of the mutation is not evaluated',
        search: 'await recheck?.(current)',
        replacement: '',
      },
      {
        name: 'a change takes no lock',
        search:
          "await lockTenant(tx, viewer.kind === 'technician' ? viewer.clientId : null, 'change')",
        replacement: '',
        tests: ['test/races/disable-against-mutation.test.ts'],
      },
      {
        name: 'a sign-in takes no lock',
        search: 'await lockTenant(tx, subject.clientId, lock)',
        replacement: '',
        tests: ['test/races/disable-against-redeem.test.ts'],
      },
      {
        name: 'a refused attempt is recorded as successful',
        search: "outcome: refused ? ('DENIED' as const) : ('SUCCEEDED' as const)",
        replacement: "outcome: 'SUCCEEDED' as const",
        tests: ['test/identity/assertion.test.ts'],
      },
      {
        name: 'a change that was rolled back is not recorded',
        search: 'await refusal(outcomeOfUserError, error.userError.code)',
        replacement: '',
        tests: ['test/tenants/update-service-settings.test.ts'],
      },
    ],
  },
  {
    file: 'drizzle/reads/locks.ts',
    tests: ['test/races/disable-against-redeem.test.ts'],
    mutations: [
      {
        name: 'changes of one tenant run concurrently',
        search: "strength === 'change' ? 'no key update' : 'share'",
        replacement: "'share'",
      },
      {
        name: 'a sign-in does not lock the partner instance',
        search: 'if (clientId !== null)',
        replacement: 'if (false)',
        tests: ['test/identity/security-events.test.ts'],
      },
    ],
  },
  {
    file: 'platform/auth/viewer.ts',
    tests: ['test/tenants/tenant.test.ts'],
    mutations: [
      {
        name: 'an ended session of an admin still counts',
        search: "if (live && actor.__typename === 'MicrosoftAdmin')",
        replacement: "if (actor.__typename === 'MicrosoftAdmin')",
        tests: ['test/identity/sign-out.test.ts'],
      },
      {
        name: 'an ended session of a technician still counts',
        search: "if (live && actor.__typename === 'PartnerTechnician' && clientId !== null)",
        replacement: "if (actor.__typename === 'PartnerTechnician' && clientId !== null)",
        tests: ['test/identity/sign-out.test.ts'],
      },
      {
        name: 'every sign-in of an admin counts as recent',
        search: 'seconds !== null && seconds < stepUpSeconds',
        replacement: 'true',
        tests: ['test/tenants/grant-spanning-admin.test.ts'],
      },
      {
        name: 'a reader reads every tenant',
        search: 'isReader(viewer) && viewer.tenantId === tenantId',
        replacement: 'isReader(viewer)',
        tests: ['test/gateway/subgraph-server.test.ts'],
      },
      {
        name: 'a technician sees other partner instances',
        search: "viewer.kind === 'technician' ? viewer.clientId : null",
        replacement: 'null',
      },
    ],
  },
  {
    file: 'gateway/auth/authenticate.ts',
    tests: ['test/identity/api-tokens.test.ts'],
    mutations: [
      {
        name: 'a request may have a bearer token and a cookie',
        search: 'Object.keys(cookies).some((name) => name.startsWith(sessionCookiePrefix))',
        replacement: 'false',
      },
      {
        name: 'a cookie works for another tenant',
        search: 'token === undefined || parseToken(token)?.tenantId !== tenantId',
        replacement: 'token === undefined',
        tests: ['test/identity/viewer.test.ts', 'test/identity/break-in.test.ts'],
      },
    ],
  },
  {
    file: 'gateway/auth/bearer-token.ts',
    tests: ['test/identity/api-tokens.test.ts'],
    mutations: [
      {
        name: 'a revoked API token still works',
        search: 'if (!stored.works) {',
        replacement: 'if (false) {',
      },
    ],
  },
  {
    file: 'drizzle/reads/api-tokens.ts',
    tests: ['test/identity/api-tokens.test.ts'],
    mutations: [
      {
        name: 'an API token cannot be revoked',
        search: `\${apiToken.revokedAt} is null and `,
        replacement: '',
      },
      {
        name: 'an API token does not expire',
        search: ` and \${apiToken.expiresAt} > now()`,
        replacement: '',
      },
    ],
  },
  {
    file: 'gateway/plugins/session-recheck.ts',
    tests: ['test/identity/sessions.test.ts'],
    mutations: [
      {
        name: 'a slow query is answered after the end of its session',
        search: "if (viewer.kind === 'ended') return denied(viewer.code)",
        replacement: "if (viewer.kind === 'ended') return null",
      },
    ],
  },
  {
    file: 'gateway/plugins/operation-audit.ts',
    tests: ['test/audit/reads.test.ts'],
    mutations: [
      {
        name: 'a technician reads without a record',
        search: 'await record(viewer)',
        replacement: '',
      },
      {
        name: 'a new session reads without a record',
        search: 'contextValue.recordStartedMutation = record',
        replacement: '',
      },
    ],
  },
  {
    file: 'subgraphs/identity/http/same-origin.ts',
    tests: ['test/identity/sign-out.test.ts'],
    mutations: [
      {
        name: 'the Origin of a form is not checked',
        search: 'origin === undefined || origin === new URL(issuer).origin',
        replacement: 'true',
      },
      {
        name: 'Sec-Fetch-Site of a form is not checked',
        search: "(site === undefined || site === 'same-origin')",
        replacement: 'true',
      },
    ],
  },
  {
    file: 'platform/graphql/own-tenant.ts',
    tests: ['test/tenants/tenant.test.ts'],
    mutations: [
      {
        name: 'Query.tenant resolves every ID',
        search: 'if (isReaderOf(context.viewer, id)) return { id }',
        replacement: 'if (id) return { id }',
      },
    ],
  },
  {
    file: 'platform/postgres/connection-pool.ts',
    tests: ['test/platform/db.test.ts'],
    mutations: [
      {
        name: 'a tenant ID is not checked before it becomes SQL',
        search: 'if (tenantId !== null && !isUuid(tenantId))',
        replacement: 'if (false)',
      },
    ],
  },
  {
    file: 'platform/postgres/transaction.ts',
    tests: ['test/platform/db.test.ts', 'test/platform/snapshots.test.ts'],
    mutations: [
      {
        name: 'a reading transaction can write',
        search: `\`begin \${characteristics[mode]}\${scope}\``,
        replacement: `\`begin \${characteristics[mode].replace('read only', 'read write')}\${scope}\``,
      },
      {
        name: 'the reads of a request see different states of the database',
        search: 'isolation level repeatable read, read only',
        replacement: 'read only',
      },
    ],
  },
  {
    file: 'platform/postgres/snapshots.ts',
    tests: ['test/platform/snapshots.test.ts'],
    mutations: [
      {
        name: 'a read uses the snapshot of another tenant',
        search: 'current?.tenantId === tenantId && current.transaction.isUsable()',
        replacement: 'current?.transaction.isUsable()',
      },
    ],
  },
  {
    file: 'platform/graphql/subgraph-protocol.ts',
    tests: ['test/gateway/subgraph-server.test.ts'],
    mutations: [
      {
        name: 'a viewer token works at every subgraph',
        search: 'audience: viewerTokenAudience(subgraph),',
        replacement: '',
      },
      {
        name: 'another JWT of the gateway is a viewer token',
        search: 'typ: viewerTokenType,',
        replacement: '',
      },
      {
        name: 'a viewer token has no maximum age',
        search: 'maxTokenAge: viewerTokenSeconds,',
        replacement: '',
      },
      {
        name: 'a viewer token needs no request metadata',
        search: "requiredClaims: ['iat', 'exp', 'viewer', 'request'],",
        replacement: "requiredClaims: ['iat', 'exp', 'viewer'],",
      },
      {
        name: 'a viewer token may use another algorithm',
        search: "algorithms: ['EdDSA'],",
        replacement: '',
        survives: 'jose accepts only EdDSA for an Ed25519 public key.',
      },
    ],
  },
  {
    file: 'subgraphs/tenants/entities/tenant.ts',
    tests: ['test/gateway/subgraph-server.test.ts'],
    mutations: [
      {
        name: 'a reference to another tenant resolves',
        search: 'return isReaderOf(viewer, id) ? { id } : null',
        replacement: 'return { id }',
      },
    ],
  },
  {
    file: 'subgraphs/tenants/entities/partner-association.ts',
    tests: ['test/tenants/tenant.test.ts'],
    mutations: [
      {
        name: 'a technician reads the allow-list of another instance',
        search: 'if (scope !== null && scope !== row.clientId)',
        replacement: 'if (false)',
      },
    ],
  },
  {
    file: 'subgraphs/tenants/entities/it-complete-login.ts',
    tests: ['test/tenants/tenant.test.ts'],
    mutations: [
      {
        name: 'a technician sees who of another instance changed the feature',
        search: `clientId === null || actorKey.startsWith(\`partner:\${clientId}:\`)`,
        replacement: 'true',
        survives: 'The sessions of technicians end when one of them turns the feature off.',
      },
    ],
  },
  {
    file: 'drizzle/reads/nodes.ts',
    tests: ['test/tenants/node.test.ts'],
    mutations: [
      {
        name: 'a technician finds sessions of another instance',
        search: 'or(isNull(sessionStatus.clientId), eq(sessionStatus.clientId, partnerScope))',
        replacement: 'undefined',
      },
      {
        name: 'a technician finds events of another instance',
        search: 'or(isNull(activity.clientId), eq(activity.clientId, partnerScope))',
        replacement: 'undefined',
      },
      {
        name: 'a technician finds API tokens',
        search: 'partnerScope === null ? apiTokenWorks : sql`false`',
        replacement: 'apiTokenWorks',
      },
    ],
  },
  {
    file: 'subgraphs/tenants/mutations/revoke-spanning-admin.ts',
    tests: ['test/tenants/revoke-spanning-admin.test.ts'],
    mutations: [
      {
        name: 'a Spanning Admin removes the last Spanning Admin',
        search: '!isGlobalAdmin && (await countSpanningAdmins(tx)) === 1',
        replacement: 'false',
      },
    ],
  },
  {
    file: 'subgraphs/tenants/settings/idempotency.ts',
    tests: ['test/tenants/disable-it-complete-login.test.ts'],
    mutations: [
      {
        name: 'a receipt is given to another person',
        search: 'eq(idempotencyKey.actorKey, actorKey),',
        replacement: '',
      },
    ],
  },
]
