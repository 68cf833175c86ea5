/** Activity Log rows in the form in which an export reads them from the database. */
import { randomUUID } from 'node:crypto'
import type {
  Disclosures,
  ExportRow,
  SealedEvent,
} from '../../subgraphs/audit/export/export-row.ts'

export const outcomes = ['SUCCEEDED', 'DENIED', 'FAILED'] as const

export const actors: SealedEvent['actor'][] = [
  { type: 'MicrosoftAdmin', key: 'microsoft:4e2c', objectId: '4e2c', role: 'GLOBAL_ADMIN' },
  { type: 'MicrosoftUser', key: 'microsoft:77aa', objectId: '77aa' },
  {
    type: 'PartnerTechnician',
    key: 'partner:nw-1:t-17',
    platform: 'KASEYA_VSA',
    instance: 'Northwind VSA',
    subject: 't-17',
  },
  { type: 'PartnerClient', key: 'client:nw-1', platform: 'UNITRENDS_UNIVIEW' },
  { type: 'ApiTokenActor', key: 'token:9d1f' },
  { type: 'OperatorActor', key: 'operator:root' },
  { type: 'SystemActor', key: 'system' },
  { type: 'AnonymousActor', key: 'anonymous' },
]

export const technician: Disclosures['actor'] = {
  value: {
    displayName: 'Nora Ek',
    email: 'nora@northwind.example',
    ipAddress: '192.0.2.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  },
}

export const exportRow = (
  event: Partial<SealedEvent> = {},
  disclosures: Partial<Disclosures> = {},
): ExportRow => ({
  sequence: 42,
  event: {
    action: 'session.revoked',
    actor: actors[2]!,
    actorCommitment: 'l3o2',
    clientId: 'nw-1',
    coalesced: null,
    id: randomUUID(),
    method: 'KASEYA_VSA',
    occurredAt: '2026-11-24T04:00:00.000Z',
    outcome: 'SUCCEEDED',
    reason: null,
    requestId: 'req-1',
    sequence: 42,
    sessionId: 'f0b1a0de-0000-4000-8000-000000000001',
    target: { type: 'session', id: 'f0b1a0de-0000-4000-8000-000000000002' },
    targetCommitment: 'q1w2',
    tenantId: '7f9c2ba4-0000-4000-8000-000000000003',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    version: 1,
    ...event,
  },
  disclosures: {
    actor: technician,
    target: {
      value: {
        displayName: 'Session of Nora',
        changes: [{ field: 'endedAt', before: null, after: '2026-11-24T04:00:00.000Z' }],
      },
    },
    ...disclosures,
  },
})
