/** Mutations of the Activity Log: who reads it, what it stores, and what the sequencer accepts. */
import type { MutatedFile } from './mutations.ts'

export const activityLogMutations: MutatedFile[] = [
  {
    file: 'platform/audit/redact.ts',
    tests: ['test/platform/redact.test.ts'],
    mutations: [
      {
        name: 'the private members of a JWK are stored',
        search: "('kty' in value && privateJwkMembers.includes(name))",
        replacement: 'false',
      },
      {
        name: 'the value of a secret field is stored',
        search: "(isSecretField && (name === 'before' || name === 'after'))",
        replacement: 'false',
      },
    ],
  },
  {
    file: 'subgraphs/audit/search/conditions.ts',
    tests: ['test/audit/partner-activity-log.test.ts'],
    mutations: [
      {
        name: 'a technician searches events of another instance',
        search: 'or(isNull(table.clientId), eq(table.clientId, partnerClientId))',
        replacement: 'undefined',
        tests: ['test/audit/activity-log.test.ts', 'test/tenants/tenant.test.ts'],
      },
      {
        name: 'a partner client reads events of admins',
        search: `sql\`starts_with(\${table.actorKey}, \${\`partner:\${techniciansOfInstance}:\`})\``,
        replacement: 'undefined',
      },
    ],
  },
  {
    file: 'subgraphs/audit/loaders.ts',
    tests: ['test/audit/activity-event.test.ts'],
    mutations: [
      {
        name: 'a technician reads single events of another instance',
        search:
          'and(inArray(activity.eventId, ids.filter(isUuid)), visibleActivity(partnerClientId))',
        replacement: 'inArray(activity.eventId, ids.filter(isUuid))',
      },
    ],
  },
  {
    file: 'subgraphs/audit/export/routes.ts',
    tests: ['test/audit/export.test.ts'],
    mutations: [
      {
        name: 'an export may be of another tenant',
        search:
          "(viewer.kind === 'admin' || viewer.kind === 'api-token') && viewer.tenantId === tenantId",
        replacement: "viewer.kind === 'admin' || viewer.kind === 'api-token'",
      },
      {
        name: 'another site starts an export',
        search: "['cross-site', 'same-site'].includes(site) && request.query.export === undefined",
        replacement: 'site === null',
      },
    ],
  },
  {
    file: 'subgraphs/audit/export/prepare.ts',
    tests: ['test/audit/export.test.ts'],
    mutations: [
      {
        name: 'another person uses the link of an export',
        search: 'eq(activityExport.actorKey, actor.key),',
        replacement: '',
      },
      {
        name: 'the link of an export does not expire',
        search: 'gt(activityExport.expiresAt, sql`now()`),',
        replacement: '',
      },
    ],
  },
  {
    file: 'subgraphs/audit/export/stream.ts',
    tests: ['test/audit/export.test.ts'],
    mutations: [
      {
        name: 'a download goes on after the end of the session',
        search: 'if (!(await canStillExport(tx, viewer))) throw new AccessRevoked()',
        replacement: '',
      },
      {
        name: 'an export loses the events after a full batch',
        search: 'const readTo = isFull && last !== null ? last : end',
        replacement: 'const readTo = end',
      },
      {
        name: 'a batch of an export holds any number of bytes',
        search: `where bytes - own < \${maxBatchBytes} order by`,
        replacement: 'where true order by',
      },
    ],
  },
  {
    file: 'subgraphs/audit/log/anchors.ts',
    tests: ['test/audit-proof/tampering.test.ts', 'test/audit-proof/epochs.test.ts'],
    mutations: [
      {
        name: 'a restored database is sealed',
        search: 'anchor.epoch > head.epoch || anchor.treeSize > head.treeSize',
        replacement: 'false',
      },
      {
        name: 'a rewritten database is sealed',
        search: 'if (!equalBytes(root, anchor.rootHash))',
        replacement: 'if (false)',
      },
    ],
  },
  {
    file: 'subgraphs/audit/log/seal-batch.ts',
    tests: ['test/audit-proof/sealing.test.ts', 'test/audit-proof/tampering.test.ts'],
    mutations: [
      {
        name: 'a tree that does not match its checkpoint is extended',
        search: 'if (!equalBytes(range.root(), head.rootHash))',
        replacement: 'if (false)',
      },
      {
        name: 'the anchors are not compared',
        search: 'await anchors.check(tenantId, head, (treeSize) => rootAt(tx, treeSize))',
        replacement: '',
      },
      {
        name: 'the witness is not asked',
        search: 'witness?.check(tenantId, epoch)',
        replacement: '',
        tests: ['test/audit-proof/witness.test.ts'],
      },
      {
        name: 'an epoch is sealed that no operator opened',
        search: 'epoch === 1 || epoch === confirmedEpoch',
        replacement: 'true',
      },
    ],
  },
  {
    file: 'subgraphs/audit/log/witness.ts',
    tests: ['test/audit-proof/witness.test.ts'],
    mutations: [
      {
        name: 'a contradiction of the witness is ignored',
        search: 'if (status === 422 || hasOtherRoot)',
        replacement: 'if (false)',
      },
      {
        name: 'a log that is shorter than the witness knows is sealed',
        search: 'if (from > treeSize) return { ...submission, path: null }',
        replacement: 'if (from > treeSize) return null',
      },
    ],
  },
  {
    file: 'subgraphs/audit/log/expiry-validation.ts',
    tests: ['test/audit-proof/expiry-validation.test.ts'],
    mutations: [
      {
        name: 'events expire before the end of their retention period',
        search: '!isDue || occurredAt.getTime() > now + clockToleranceMs',
        replacement: 'false',
      },
      {
        name: 'an expiry names more events than the database recorded',
        search: '!recorded || !covers(recorded.runs, claim.runs)',
        replacement: '!recorded',
      },
      {
        name: 'deleted events need no earlier expiry event',
        search: 'if (!covers(earlier, claim.runs))',
        replacement: 'if (false)',
      },
      {
        name: 'an expiry names events of another month',
        search: 'rows.every(isInMonth) && ',
        replacement: '',
      },
      {
        name: 'an expiry names events that were rewritten',
        search: ' && (await withMatchingLeaf(tx, rows)).length === rows.length',
        replacement: '',
      },
      {
        name: 'an expiry event changes after its check',
        search: ' || known.canonical !== canonicalOf(row)',
        replacement: '',
      },
    ],
  },
]
