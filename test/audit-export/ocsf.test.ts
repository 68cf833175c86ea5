/** The OCSF format: each event is validated against the published schema (test/vectors/ocsf). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditActions } from '../../platform/audit/actions.ts'
import type { ExportRow } from '../../subgraphs/audit/export/export-row.ts'
import { ocsfManifest, ocsfVersion, toOcsf } from '../../subgraphs/audit/export/formats/ocsf.ts'
import { actors, exportRow, outcomes, technician } from '../support/export-row.ts'
import { faultsOf } from '../support/ocsf.ts'

/** The event as JSON, as in the export. */
const exported = (row: ExportRow) => JSON.parse(JSON.stringify(toOcsf(row)))

const actions = Object.entries(auditActions)
  .filter(([, definition]) => !('operatorsOnly' in definition))
  .map(([action]) => action)

const targets = [
  null,
  { type: 'spanning_admin', id: '4e2c' },
  { type: 'session', id: 'f0b1a0de-0000-4000-8000-000000000002' },
  { type: 'mutation', id: null },
]
const floods = [
  null,
  { count: 412, firstAt: '2026-11-24T03:59:01.000Z', lastAt: '2026-11-24T03:59:59.999Z' },
]
const erasures = [{}, { actor: null }, { target: null }, { actor: null, target: null }]

describe('every event is valid', () => {
  test.each(actions)('%s: with any outcome, actor, target, erasure and count', (action) => {
    for (const outcome of outcomes)
      for (const actor of actors)
        for (const target of targets)
          for (const coalesced of floods)
            for (const erased of erasures) {
              const reason = outcome === 'SUCCEEDED' ? null : 'FORBIDDEN'
              const row = exportRow({ action, outcome, actor, target, coalesced, reason }, erased)
              const faults = faultsOf(exported(row))
              if (faults.length > 0) expect([row, faults]).toEqual([row, []])
            }
  })

  test('with the smallest possible row', () => {
    const bare = { method: null, clientId: null, sessionId: null, traceId: null, target: null }
    const nobody = { value: { displayName: 'system', ipAddress: null, userAgent: null } }
    for (const action of actions)
      expect([
        action,
        faultsOf(exported(exportRow({ action, ...bare }, { actor: nobody }))),
      ]).toEqual([action, []])
  })

  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.emailAddress(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom(
      '',
      '1.2.3.4 ',
      'fe80::1%eth0',
      '0000:0000:0000:0000:0000:ffff:192.168.100.228',
      'a@b',
      'constructor',
      '__proto__',
    ),
  )
  const textOrNull = fc.option(text)
  const rows = fc
    .record({
      action: fc.oneof(fc.constantFrom(...actions), text),
      outcome: fc.constantFrom(...outcomes),
      actor: fc.tuple(fc.constantFrom(...actors), text).map(([actor, key]) => ({ ...actor, key })),
      texts: fc.tuple(
        text,
        text,
        textOrNull,
        textOrNull,
        textOrNull,
        textOrNull,
        textOrNull,
        textOrNull,
      ),
      target: fc.option(fc.record({ type: text, id: textOrNull })),
      changes: fc.array(fc.record({ field: text, before: fc.jsonValue(), after: fc.jsonValue() }), {
        maxLength: 3,
      }),
      hasActor: fc.boolean(),
      hasTarget: fc.boolean(),
      occurredAt: fc.date({
        min: new Date('2026-01-01'),
        max: new Date('2100-01-01'),
        noInvalidDate: true,
      }),
    })
    .map(({ texts, changes, hasActor, hasTarget, occurredAt, ...event }) => {
      const [
        requestId,
        displayName,
        reason,
        email,
        userPrincipalName,
        ipAddress,
        userAgent,
        targetName,
      ] = texts
      return exportRow(
        { ...event, requestId, reason, occurredAt: occurredAt.toISOString() },
        {
          actor: hasActor
            ? { value: { displayName, email, userPrincipalName, ipAddress, userAgent } }
            : null,
          target: hasTarget ? { value: { displayName: targetName, changes } } : null,
        },
      )
    })

  test('with any texts', () => {
    fc.assert(
      fc.property(rows, (row) => {
        expect(faultsOf(exported(row))).toEqual([])
      }),
      { seed: 20_261_124, numRuns: 2_000 },
    )
  })
})

describe('an event has', () => {
  test('actor, source, time, request and session', () => {
    const event = exported(exportRow())
    expect(event).toMatchObject({
      metadata: {
        version: ocsfVersion,
        sequence: 42,
        correlation_uid: 'req-1',
        event_code: 'session.revoked',
      },
      time: Date.UTC(2026, 10, 24, 4),
      actor: {
        user: {
          uid: 'partner:nw-1:t-17',
          name: 't-17',
          display_name: 'Nora Ek',
          email_addr: 'nora@northwind.example',
        },
        idp: { name: 'Northwind VSA', uid: 'nw-1' },
        app_uid: 'nw-1',
      },
      src_endpoint: { ip: '192.0.2.7' },
      http_request: { uid: 'req-1', user_agent: 'Mozilla/5.0 (X11; Linux x86_64)' },
      session: { uid: 'f0b1a0de-0000-4000-8000-000000000002' },
      unmapped: { method: 'KASEYA_VSA', clientId: 'nw-1', changes: [{ field: 'endedAt' }] },
    })
    expect(event.actor.session).toEqual({ uid: 'f0b1a0de-0000-4000-8000-000000000001' })
    expect(event.metadata.tenant_uid).toBe('7f9c2ba4-0000-4000-8000-000000000003')
  })

  test.each([
    ['microsoft_login.completed', 300201],
    ['handoff.redeemed', 300201],
    ['handoff.created', 300206],
    ['handoff.validated', 300206],
    ['session.revoked', 300202],
    ['session.ended', 300202],
    ['session.signed_out', 300202],
    ['federated_sessions.revoked', 600304],
    ['authorization.denied', 600399],
    ['it_complete_login.enabled', 300408],
    ['it_complete_login.disabled', 300409],
    ['partner_instance.suspended', 300412],
    ['api_token.revoked', 300404],
    ['spanning_admin.granted', 300501],
    ['spanning_admin.revoked', 300502],
    ['activity.exported', 600107],
    ['operation.read', 600302],
  ])('for %s the type %d', (action, type) => {
    expect(exported(exportRow({ action }))).toMatchObject({ type_uid: type })
  })

  test('the owner of a revoked session as its user, and the admin as its actor', () => {
    const [admin] = actors
    const changes = [{ field: 'user', before: 'partner:nw-1:t-17', after: null }]
    const revoked = (value: { displayName: string | null; changes: typeof changes } | null) =>
      exported(
        exportRow(
          { action: 'session.revoked', actor: admin!, method: 'MICROSOFT' },
          { target: value && { value } },
        ),
      )
    expect(revoked({ displayName: 'Nora Ek', changes })).toMatchObject({
      user: { uid: 'partner:nw-1:t-17', display_name: 'Nora Ek' },
      session: { uid: 'f0b1a0de-0000-4000-8000-000000000002' },
      actor: {
        user: { uid: admin!.key },
        session: { uid: 'f0b1a0de-0000-4000-8000-000000000001' },
        idp: { name: 'Microsoft Entra ID' },
      },
    })
    const ownerOf = (value: Parameters<typeof revoked>[0]) => revoked(value).user
    expect(ownerOf({ displayName: 'Nora Ek', changes: [] })).toEqual({ name: 'Nora Ek' })
    expect(ownerOf({ displayName: null, changes: [] })).toEqual({ name: 'not recorded' })
    expect(ownerOf(null)).toEqual({ name: 'erased' })
  })

  test('the name of the operation, and the tenant for a denied or missing target', () => {
    const call = (action: string, target: { type: string; id: string | null } | null) => {
      const name = { value: { displayName: 'createApiToken', changes: [] } }
      const event = exported(
        exportRow({ action, target, outcome: 'DENIED', reason: 'FORBIDDEN' }, { target: name }),
      )
      return [event.api, event.resources]
    }
    const denied = {
      operation: 'createApiToken',
      request: { uid: 'req-1' },
      response: { error: 'FORBIDDEN' },
      service: { name: 'Login with IT Complete' },
    }
    const own = { uid: '7f9c2ba4-0000-4000-8000-000000000003', type: 'tenant' }
    const named = { uid: 'their-tenant', type: 'tenant' }
    for (const type of ['mutation', 'field']) {
      expect(call('authorization.denied', { type, id: null })).toEqual([denied, [own]])
      expect(call('authorization.denied', { type, id: named.uid })).toEqual([denied, [named]])
    }
    for (const action of ['operation.read', 'api_token.used']) {
      const read = { uid: 'hash', name: 'createApiToken', type: 'operation' }
      expect(call(action, { type: 'operation', id: 'hash' })).toEqual([denied, [read]])
    }
    const revoked = { ...denied, operation: 'federated_sessions.revoked' }
    expect(call('federated_sessions.revoked', null)).toEqual([revoked, [own]])
  })

  test('the identity provider and program of each kind of actor', () => {
    const { type: _type, key: _key, ...instance } = actors[2]!
    const by = (index: number) => {
      const { idp, app_uid, app_name, user } = exported(exportRow({ actor: actors[index]! })).actor
      return { idp, app_uid, app_name, name: user.name }
    }
    const entra = { idp: { name: 'Microsoft Entra ID' } }
    expect([by(0), by(1)]).toEqual([entra, entra])
    expect(by(2)).toEqual({
      idp: { name: instance.instance, uid: 'nw-1' },
      app_uid: 'nw-1',
      app_name: instance.instance,
      name: instance.subject,
    })
    expect(by(3)).toEqual({ app_uid: 'nw-1', app_name: 'Nora Ek' })
    expect(by(4)).toEqual({ app_uid: 'token:9d1f', app_name: 'Nora Ek' })
    for (const index of [5, 6, 7]) expect(by(index)).toEqual({})
    const value = { ...technician!.value, userPrincipalName: 'nora@contoso.example' }
    const named = exported(exportRow({ actor: actors[0]! }, { actor: { value } }))
    expect(named.actor.user).toMatchObject({
      name: 'nora@contoso.example',
      display_name: 'Nora Ek',
    })
  })

  test.each(['handoff.created', 'activity.exported', 'authorization.denied', 'api_token.created'])(
    'the profile security_control only when %s was denied',
    (action) => {
      const profilesOf = (outcome: (typeof outcomes)[number]) => {
        const { metadata, action_id, disposition } = exported(exportRow({ action, outcome }))
        return [metadata.profiles ?? [], action_id, disposition]
      }
      const own = action === 'activity.exported' ? ['host'] : []
      expect(profilesOf('DENIED')).toEqual([[...own, 'security_control'], 2, 'Blocked'])
      for (const outcome of ['SUCCEEDED', 'FAILED'] as const)
        expect(profilesOf(outcome)).toEqual([own, undefined, undefined])
    },
  )

  test('no empty text', () => {
    const empty = { displayName: '', email: '', ipAddress: '', userAgent: '' }
    const row = exportRow(
      { reason: '' },
      { actor: { value: empty }, target: { value: { displayName: '', changes: [] } } },
    )
    for (const action of actions)
      expect(JSON.stringify(exported({ ...row, event: { ...row.event, action } }))).not.toMatch(
        /:""/,
      )
  })

  test('a status code that distinguishes DENIED from FAILED', () => {
    const went = (outcome: (typeof outcomes)[number], reason: string | null) =>
      exported(exportRow({ outcome, reason }))
    expect(went('SUCCEEDED', null)).toMatchObject({
      status: 'Success',
      status_code: 'SUCCEEDED',
      severity: 'Informational',
    })
    expect(went('DENIED', 'FORBIDDEN')).toMatchObject({
      status: 'Failure',
      status_code: 'DENIED',
      status_detail: 'FORBIDDEN',
      severity: 'Low',
    })
    expect(went('FAILED', 'CONFLICT')).toMatchObject({
      status: 'Failure',
      status_code: 'FAILED',
      status_detail: 'CONFLICT',
    })
  })

  test('the actor key of the user who became a Spanning Admin', () => {
    const target = { type: 'spanning_admin', id: '4e2c' }
    const granted = exported(
      exportRow({ action: 'spanning_admin.granted', target, actor: actors[0]! }),
    )
    expect(granted).toMatchObject({
      user: { uid: 'microsoft:4e2c', display_name: 'Session of Nora' },
      privileges: ['SPANNING_ADMIN'],
    })
  })

  test('the count of coalesced attempts', () => {
    expect(exported(exportRow({ coalesced: floods[1]! }))).toMatchObject({
      count: 412,
      start_time: Date.UTC(2026, 10, 24, 3, 59, 1),
    })
  })

  test('no erased names, and a list of what was erased', () => {
    const event = exported(exportRow({ action: 'api_token.used' }, { actor: null, target: null }))
    expect(event).toMatchObject({
      actor: { user: { uid: 'partner:nw-1:t-17' } },
      src_endpoint: { name: 'erased' },
      unmapped: { erased: ['actor', 'target'] },
    })
    for (const gone of ['Nora', 'nora@', '192.0.2.7', 'Mozilla', 'endedAt'])
      expect(JSON.stringify(event)).not.toContain(gone)
  })

  test('invalid addresses under unmapped', () => {
    const actor = { value: { ...technician!.value, ipAddress: 'unix:', email: 'nora' } }
    const event = exported(exportRow({}, { actor }))
    expect(event.src_endpoint).toBeUndefined()
    expect(event.actor.user.email_addr).toBeUndefined()
    expect(event.unmapped).toMatchObject({ ipAddress: 'unix:', email: 'nora' })
  })
})

test('the last line is a Base Event with the manifest', () => {
  const manifest = { version: 1, count: 20, filter: { actions: ['handoff.*'] }, previous: null }
  const end = { tenantId: 't', exportId: 'e', time: new Date('2026-11-24T04:00:00.000Z') }
  const line = JSON.parse(JSON.stringify(ocsfManifest(end, manifest)))
  expect(faultsOf(line)).toEqual([])
  expect(line).toMatchObject({ class_uid: 0, type_uid: 99, time: 1_795_492_800_000 })
  expect(line.unmapped).toEqual({ manifest })
  expect(faultsOf({ ...line, category_uid: 6 })).toContain(
    'category_uid: 6 is not in the enumeration',
  )
})

describe('actions', () => {
  test('of tenants are mapped, and few to "API Activity: Other"', () => {
    expect(actions.length).toBeGreaterThan(25)
    const unclassed = actions.filter(
      (action) => exported(exportRow({ action })).type_uid === 600399,
    )
    expect(unclassed.toSorted()).toEqual([
      'activity_log.gap',
      'authorization.denied',
      'mutation.failed',
      'notification.abandoned',
      'notification.sent',
    ])
  })

  test.each(['tomorrows.action', '', 'constructor', '__proto__', 'toString'])(
    'unknown action %s is "API Activity: Other"',
    (action) => {
      const event = exported(exportRow({ action }))
      expect(event).toMatchObject({
        class_uid: 6003,
        activity_id: 99,
        activity_name: action,
        type_name: 'API Activity: Other',
      })
      expect(faultsOf(event)).toEqual([])
    },
  )
})

describe('the validator finds', () => {
  /** A valid event with one member changed or removed. */
  const spoiled = (action: string, path: string, value: unknown) => {
    const event = exported(exportRow({ action }))
    expect(faultsOf(event)).toEqual([])
    const names = path.split('.')
    const last = names.pop()!
    const owner = names.reduce((object, name) => object[name], event)
    if (value === gone) delete owner[last]
    else owner[last] = value
    return faultsOf(event)
  }
  const gone = Symbol('gone')
  const [signIn, read] = ['handoff.redeemed', 'operation.read']

  test.each([
    ['a missing attribute', signIn, 'user', gone, 'user: is required'],
    ['one of the base event', signIn, 'severity_id', gone, 'severity_id: is required'],
    ['one of the class itself', read, 'src_endpoint', gone, 'src_endpoint: is required'],
    ['one in an object', signIn, 'metadata.product', gone, 'metadata.product: is required'],
    [
      'one in an object of an object',
      read,
      'api.request.uid',
      gone,
      'api.request.uid: is required',
    ],
    [
      'none of those of which one is wanted',
      signIn,
      'service',
      gone,
      'event: has none of service, dst_endpoint',
    ],
    ['the same in an object', signIn, 'user', {}, 'user: has none of account, name, uid'],

    ['an unknown attribute', signIn, 'colour', 'red', 'colour: is no attribute of authentication'],
    [
      'one of another class',
      signIn,
      'entity',
      { uid: 'x' },
      'entity: is no attribute of authentication',
    ],
    [
      'one that every object has',
      signIn,
      'toString',
      'x',
      'toString: is no attribute of authentication',
    ],
    [
      'one in an object',
      signIn,
      'metadata.colour',
      'red',
      'metadata.colour: is no attribute of metadata',
    ],
    [
      'one in a list',
      read,
      'resources.0.colour',
      'red',
      'resources.colour: is no attribute of resource_details',
    ],
    [
      'one of a profile that is not used',
      signIn,
      'device',
      { uid: 'x' },
      'device: is no attribute of authentication',
    ],
    [
      'the same in an object',
      read,
      'resources.0.region',
      'x',
      'resources.region: is no attribute of resource_details',
    ],
    [
      'one of a profile that is not said to be used',
      'activity.exported',
      'metadata.profiles',
      [],
      'actor: is no attribute of web_resources_activity',
    ],
    [
      'what is deprecated',
      'spanning_admin.granted',
      'resource',
      { uid: 'x' },
      'resource: is deprecated',
    ],

    ['a class that is not ours', signIn, 'class_uid', 3999, 'class_uid: no class 3999'],
    [
      'a category that is another’s',
      signIn,
      'category_uid',
      6,
      'category_uid: 6 is not in the enumeration',
    ],
    [
      'a value that is not listed',
      signIn,
      'severity_id',
      7,
      'severity_id: 7 is not in the enumeration',
    ],
    [
      'one of the class',
      signIn,
      'auth_protocol_id',
      13,
      'auth_protocol_id: 13 is not in the enumeration',
    ],
    ['one in an object', signIn, 'user.type_id', 5, 'user.type_id: 5 is not in the enumeration'],
    [
      'a type that does not follow',
      signIn,
      'type_uid',
      300299,
      'type_uid: is not class_uid * 100 + activity_id',
    ],
    ['a caption of another value', signIn, 'status', 'Failure', 'status_id: status is not Success'],
    ['a class name', signIn, 'class_name', 'x', 'class_uid: class_name is not Authentication'],
    [
      'a category name',
      signIn,
      'category_name',
      'x',
      'category_uid: category_name is not Identity & Access Management',
    ],
    ['an activity name', signIn, 'activity_name', 'x', 'activity_id: activity_name is not Logon'],
    ['a type name', signIn, 'type_name', 'x', 'type_uid: type_name is not Authentication: Logon'],

    [
      'a number as text',
      signIn,
      'metadata.sequence',
      '42',
      'metadata.sequence: "42" is no integer_t',
    ],
    ['half a number', signIn, 'metadata.sequence', 0.5, 'metadata.sequence: 0.5 is no integer_t'],
    ['null', signIn, 'message', null, 'message: null is no string_t'],
    ['half a character', signIn, 'message', '\ud83d', 'message: "\\ud83d" is no string_t'],
    ['seconds', signIn, 'time', 1_795_492_800, 'time: 1795492800 is no timestamp_t'],
    ['a date as text', signIn, 'time', '2026-11-24', 'time: "2026-11-24" is no timestamp_t'],
    ['no address', signIn, 'src_endpoint.ip', 'here', 'src_endpoint.ip: "here" is no ip_t'],
    [
      'no e-mail address',
      signIn,
      'user.email_addr',
      'nora',
      'user.email_addr: "nora" is no email_t',
    ],
    ['neither true nor false', signIn, 'is_remote', 'yes', 'is_remote: "yes" is no boolean_t'],
    ['one for many', read, 'resources', { uid: 'x' }, 'resources: is no list'],
    ['a text for an object', signIn, 'user', 'Nora', 'user: is no object'],
  ])('%s', (_what, action, path, value, fault) => {
    expect(spoiled(action, path, value)).toContain(fault)
  })
})
