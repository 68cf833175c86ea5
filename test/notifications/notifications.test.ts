/** Changes of access send mail to the tenant's notification recipients through an SMTP server. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smtpTransport } from '../../notifications/smtp.ts'
import { startMailer } from '../../notifications/worker.ts'
import { testLog } from '../support/database.ts'
import { createHandoff, disable, enable, redeemHandoff } from '../support/documents.ts'
import { apiTokenOf, forgedAssertion } from '../support/login.ts'
import { type MailServer, startMailServer } from '../support/mail.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let mail: MailServer
beforeAll(async () => {
  mail = await startMailServer()
  world = await startWorld({ SMTP_URL: mail.url, MAIL_FROM: 'backup@example.com' })
})
afterAll(async () => {
  await world?.stop()
  await mail?.stop()
})

const address = (name = 'admin') => `${name}-${randomUUID().slice(0, 8)}@customer.example`

/**
 * A tenant with these notification recipients, and its admin.
 */
async function tenantWith(
  ...recipients: string[]
): Promise<{ tenant: Tenant; admin: { bearer: string } }> {
  const tenant = await world.createTenant()
  await world.database
    .owner`update tenants.settings set recipients = ${`{${recipients.join(',')}}`} where tenant_id = ${tenant.id}`
  return { tenant, admin: await world.signIn(tenant, tenant.globalAdmin) }
}

async function mutate(
  who: { bearer: string },
  field: string,
  input: Record<string, unknown>,
  fields = '',
): Promise<Record<string, never>> {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${fields} userErrors { code } } }`
  const { data, errors } = await world.ask(who, query, { input })
  expect([errors, data?.[field]?.userErrors]).toEqual([[], []])
  return data[field]
}

const associate = (tenant: Tenant, admin: { bearer: string }) =>
  mutate(
    admin,
    'associatePartner',
    { tenantId: tenant.id, clientId: world.vsa.clientId, externalTenantId: 'acme-42' },
    'association { id }',
  ) as unknown as Promise<{ association: { id: string } }>

const outbox = async ({ id }: Tenant) => {
  const [row] = await world.database.owner`
    select (select count(*)::int from notifications.message where tenant_id = ${id}) as messages,
           (select count(*)::int from notifications.due where tenant_id = ${id}) as due`
  return row
}

const subjects = (received: { subject: string }[]) =>
  received.map(({ subject }) => subject.split(':')[0])

describe('mail is sent about', () => {
  test('the feature and associations, with actor, time and changes', async () => {
    const to = address()
    const { tenant, admin } = await tenantWith(to)
    const { association } = await associate(tenant, admin)
    const enabled = await mutate(
      admin,
      'enableItCompleteLogin',
      { tenantId: tenant.id },
      'tenant { settings { notifications { mailEnabled } } }',
    )
    expect(enabled).toMatchObject({
      tenant: { settings: { notifications: { mailEnabled: true } } },
    })
    await mutate(admin, 'updatePartnerAssociation', {
      tenantId: tenant.id,
      associationId: association.id,
      mfaMaxAgeMinutes: 60,
    })
    await mutate(admin, 'disableItCompleteLogin', { tenantId: tenant.id })
    await mutate(admin, 'dissociatePartner', { tenantId: tenant.id, associationId: association.id })
    const received = await mail.mailTo(to, 5)
    expect(subjects(received).toSorted()).toEqual(
      [
        'A partner was added',
        'Login with IT Complete was turned on',
        'Partner access was changed',
        'Login with IT Complete was turned off',
        'A partner was removed',
      ].toSorted(),
    )
    const on = received.find(({ subject }) =>
      subject.startsWith('Login with IT Complete was turned on'),
    )!
    const [row] = await world.log(tenant, { actions: ['it_complete_login.enabled'] })
    expect(on).toMatchObject({ from: 'backup@example.com', to: [to] })
    expect(on.subject).toBe(`Login with IT Complete was turned on: ${tenant.name}`)
    expect(on.lines.join('\n')).toContain(`Event ID      ${row!.id}`)
    expect(on.lines.join('\n')).toContain('"Gloria Global", Microsoft account "global@')
    const terms = received.find(({ subject }) => subject.startsWith('Partner access'))!
    expect(terms.lines.join('\n')).toMatch(/mfaMaxAgeMinutes +none -> "60"/)
    expect(await outbox(tenant)).toEqual({ messages: 0, due: 0 })
    // Each sent message is recorded with its action, and without the address.
    const sent = await world.log(tenant, { actions: ['notification.sent'] })
    expect(sent.map(({ target }) => target!.id)).toContain(row!.id)
    expect(sent.map(({ changes }) => changes[0]!.after).toSorted()).toEqual([
      'it_complete_login.disabled',
      'it_complete_login.enabled',
      'partner_association.created',
      'partner_association.ended',
      'partner_association.updated',
    ])
    for (const { outcome, actor, changes } of sent) {
      expect([outcome, actor.__typename]).toEqual(['SUCCEEDED', 'SystemActor'])
      expect(changes[1]).toEqual({ field: 'recipients', before: null, after: 1 })
      expect(JSON.stringify(changes)).not.toContain(to)
    }
  })

  test('API tokens, without their secret', async () => {
    const to = address()
    const { tenant, admin } = await tenantWith(to)
    const { bearer, id } = await apiTokenOf(world, admin, tenant)
    await mutate(admin, 'revokeApiToken', { tenantId: tenant.id, apiTokenId: id })
    const received = await mail.mailTo(to, 2)
    expect(subjects(received).toSorted()).toEqual([
      'An API token was created that reads the Activity Log',
      'An API token was revoked',
    ])
    for (const { raw, lines } of received) {
      expect(lines.join('\n')).toContain('"SIEM"')
      expect(raw).not.toContain(bearer.split('.')[1])
    }
  })

  test('a partner’s request, and its approval', async () => {
    const to = address()
    const { tenant, admin } = await tenantWith(to)
    await mutate(await world.clientCredentials(world.uniview), 'requestPartnerAssociation', {
      tenant: { id: tenant.id },
      externalTenantId: 'evil.example/login',
    })
    const [asked] = await mail.mailTo(to)
    expect(asked!.subject).toMatch(/^A partner requests access/)
    expect(asked!.lines.join('\n')).toMatch(/externalTenantId +none -> "evil\[\.\]example\/login"/)
    const [row] = await world.database
      .owner`select association_id from tenants.partner_association where tenant_id = ${tenant.id}`
    await mutate(admin, 'approvePartnerAssociation', {
      tenantId: tenant.id,
      associationId: row!.association_id,
    })
    expect(subjects(await mail.mailTo(to, 2))[1]).toBe('A partner request was approved')
  })

  test('Spanning Admins added and removed', async () => {
    const to = address()
    const { tenant, admin } = await tenantWith(to)
    const person = {
      objectId: randomUUID(),
      userPrincipalName: 'nina@customer.example',
      displayName: 'Nina New',
    }
    await mutate(admin, 'grantSpanningAdmin', { tenantId: tenant.id, ...person })
    await mutate(admin, 'revokeSpanningAdmin', { tenantId: tenant.id, objectId: person.objectId })
    const received = await mail.mailTo(to, 2)
    expect(subjects(received).toSorted()).toEqual([
      'A Spanning Admin was added',
      'A Spanning Admin was removed',
    ])
    for (const { lines } of received)
      expect(lines.join('\n')).toContain('"nina@customer[.]example"')
  })

  test('changed recipients, to the new and the old ones', async () => {
    const [before, kept, after] = [address('before'), address('kept'), address('after')]
    const { tenant, admin } = await tenantWith(before, kept)
    await mutate(admin, 'updateNotificationSettings', {
      tenantId: tenant.id,
      expectedVersion: 1,
      recipients: [kept, after],
    })
    for (const to of [before, kept, after]) {
      const [told] = await mail.mailTo(to)
      expect([told!.to, told!.subject.split(':')[0]]).toEqual([
        [to],
        'The notification recipients were changed',
      ])
    }
    await mutate(admin, 'updateNotificationSettings', {
      tenantId: tenant.id,
      expectedVersion: 2,
      recipients: [],
    })
    for (const to of [kept, after]) await mail.mailTo(to, 2)
    expect(mail.received.filter(({ to }) => to.includes(before))).toHaveLength(1)
  })

  test('a technician’s first sign-in only', async () => {
    const to = address()
    const { tenant, admin } = await tenantWith(to)
    await associate(tenant, admin)
    await mutate(admin, 'enableItCompleteLogin', { tenantId: tenant.id })
    const [first, second] = world.vsa.technicians
    await world.connect(tenant, world.vsa, first)
    await world.connect(tenant, world.vsa, first)
    await world.connectBrowser(tenant, world.vsa, second)
    await world.connectBrowser(tenant, world.vsa, first)
    await mutate(admin, 'disableItCompleteLogin', { tenantId: tenant.id })
    const received = await mail.mailTo(to, 5)
    const signIns = received.filter(({ subject }) =>
      subject.startsWith('A technician signed in for the first time'),
    )
    expect(
      signIns.map(({ lines }) => lines.find((line) => line.startsWith('Performed by'))).toSorted(),
    ).toEqual([
      expect.stringContaining(
        `technician "${first.name ?? first.sub}" of "Northwind VSA", technician ID "${first.sub}"`,
      ),
      expect.stringContaining(`technician ID "${second.sub}"`),
    ])
  })
})

test('no mail is sent about refusals and changes without effect', async () => {
  const to = address()
  const { tenant, admin } = await tenantWith(to)
  await associate(tenant, admin)
  await mutate(admin, 'enableItCompleteLogin', { tenantId: tenant.id })
  await mail.mailTo(to, 2)
  await mutate(admin, 'enableItCompleteLogin', { tenantId: tenant.id })
  const stale = await world.ask(admin, disable, {
    input: { tenantId: tenant.id, expectedVersion: 99 },
  })
  expect(stale.data.disableItCompleteLogin.userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
  await mutate(admin, 'updateServiceSettings', {
    tenantId: tenant.id,
    expectedVersion: 2,
    mail: false,
  })
  await mutate(admin, 'updateNotificationSettings', {
    tenantId: tenant.id,
    expectedVersion: 3,
    frequency: 'DAILY',
  })
  const [row] = await world.database
    .owner`select count(*)::int as count from notifications.message where tenant_id = ${tenant.id}`
  expect(row!.count).toBe(0)
  expect(mail.received.filter((received) => received.to.includes(to))).toHaveLength(2)
})

test('a repeated idempotency key sends no second mail', async () => {
  const to = address()
  const { tenant, admin } = await tenantWith(to)
  await associate(tenant, admin)
  const input = { tenantId: tenant.id, idempotencyKey: 'once' }
  await mutate(admin, 'enableItCompleteLogin', input)
  await mutate(admin, 'enableItCompleteLogin', input)
  await mutate(admin, 'disableItCompleteLogin', { tenantId: tenant.id })
  expect(
    subjects(await mail.mailTo(to, 3)).filter(
      (subject) => subject === 'Login with IT Complete was turned on',
    ),
  ).toHaveLength(1)
})

test('a partner’s text cannot forge lines, links or headers', async () => {
  const to = address()
  const { tenant, admin } = await tenantWith(to)
  await associate(tenant, admin)
  await mutate(admin, 'enableItCompleteLogin', { tenantId: tenant.id })
  const name = 'Nora"\n(Global Admin), see https://evil.example/reset'
  const assertion = forgedAssertion(world, world.vsa, tenant.id, { sub: 'x', name })
  const created = await world.ask(null, createHandoff, { input: { assertion } })
  await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
    input: { code: created.data.createHandoff.code },
  })
  const received = await mail.mailTo(to, 3)
  const told = received.find(({ subject }) => subject.startsWith('A technician'))!
  const text = told.lines.join('\n')
  expect(text).toContain(`technician "Nora' (Global Admin), see https[:]//evil[.]example/reset" of`)
  expect(text).not.toMatch(/https?:\/\/|evil\.example/)
  expect(told.subject).not.toContain('Nora')
})

describe('the mail queue', () => {
  test('is part of the change’s transaction: after a rollback nothing is sent', async () => {
    const to = address()
    const { tenant, admin } = await tenantWith(to)
    await associate(tenant, admin)
    await mail.mailTo(to)
    // The queue's part of the same transaction fails, so the change must not stand.
    await world.database.owner.unsafe(`
      create function notifications.refuse_for_test() returns trigger language plpgsql as
      'begin if new.tenant_id = ''${tenant.id}'' then raise exception ''refused''; end if; return new; end';
      create trigger refuse_for_test before insert on notifications.due for each row execute function notifications.refuse_for_test()`)
    const answer = await world.ask(admin, enable, { input: { tenantId: tenant.id } })
    expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR'])
    const [row] = await world.database
      .owner`select it_complete_login_enabled as enabled, version from tenants.settings where tenant_id = ${tenant.id}`
    expect(row).toEqual({ enabled: false, version: 1 })
    expect(await outbox(tenant)).toEqual({ messages: 0, due: 0 })
    await world.database.owner.unsafe(
      'drop trigger refuse_for_test on notifications.due; drop function notifications.refuse_for_test()',
    )
  })

  test('a permanently refused address is abandoned and recorded', async () => {
    const [gone, there] = [address('gone'), address('there')]
    const { tenant, admin } = await tenantWith(gone, there)
    await associate(tenant, admin)
    await mail.mailTo(there)
    const abandoned = await eventually(async () => {
      const rows = await world.log(tenant, { actions: ['notification.abandoned'] })
      return rows.length ? rows : null
    })
    const [associated] = await world.log(tenant, { actions: ['partner_association.created'] })
    expect(abandoned).toMatchObject([
      {
        outcome: 'FAILED',
        reason: 'REFUSED',
        actor: { __typename: 'SystemActor' },
        target: { type: 'activity_event', id: associated!.id },
        changes: [{ field: 'recipient', before: gone, after: null }],
      },
    ])
    expect(await outbox(tenant)).toEqual({ messages: 0, due: 0 })
  })

  test('beyond 500 waiting messages, none is queued, and that is recorded', async () => {
    const { tenant, admin } = await tenantWith(address())
    await world.database.owner`
      insert into notifications.message (tenant_id, event_id, recipient)
      select ${tenant.id}, gen_random_uuid(), 'nobody@customer.example' from generate_series(1, 500)`
    await associate(tenant, admin)
    expect(await world.log(tenant, { actions: ['notification.abandoned'] })).toMatchObject([
      { outcome: 'FAILED', reason: 'LIMIT_EXCEEDED' },
    ])
  })
})

describe('the worker', () => {
  /** Inserts messages about an existing event into the queue. */
  async function queue(
    { database }: World,
    tenant: Tenant,
    ...recipients: string[]
  ): Promise<void> {
    // In one transaction: the worker sees a message once it is in `due`.
    await database.owner.begin(async (sql) => {
      for (const recipient of recipients) {
        const [row] = await sql`
          insert into notifications.message (tenant_id, event_id, recipient)
          select tenant_id, event_id, ${recipient} from audit.activity where tenant_id = ${tenant.id} limit 1 returning message_id`
        await sql`insert into notifications.due (message_id, tenant_id) values (${row!.message_id}, ${tenant.id})`
      }
    })
  }

  test('temporary failures are retried', async () => {
    const to = address('later')
    const { tenant, admin } = await tenantWith(to)
    await associate(tenant, admin)
    // The first attempt is refused with 451; the retry after 30 s comes sooner here.
    await eventually(async () => {
      const [row] = await world.database.owner`
        update notifications.due set due_at = clock_timestamp() where tenant_id = ${tenant.id} and due_at < now() + interval '300 seconds' returning attempts`
      return row && row.attempts >= 2
        ? row
        : mail.received.some((received) => received.to.includes(to)) || null
    })
    const received = await mail.mailTo(to)
    expect(received).toHaveLength(1)
  })

  test('without SMTP_URL the queue empties unsent', async () => {
    const off = await startWorld()
    try {
      const tenant = await off.createTenant()
      await queue(off, tenant, address(), address())
      await eventually(async () => {
        const [row] = await off.database
          .owner`select count(*)::int as count from notifications.message`
        return row!.count === 0 || null
      })
    } finally {
      await off.stop()
    }
  })

  test('several workers send each message once', async () => {
    const tenant = await world.createTenant()
    const recipients = Array.from({ length: 60 }, () => address('many'))
    const others = [1, 2, 3].map(() =>
      startMailer({
        db: world.database.db,
        log: testLog,
        transport: smtpTransport(mail.url, 'backup@example.com'),
        pollEveryMs: 5,
      }),
    )
    await queue(world, tenant, ...recipients)
    for (const to of recipients) expect(await mail.mailTo(to)).toHaveLength(1)
    for (const other of others) await other.stop()
    expect(mail.received.filter(({ to }) => to[0]!.startsWith('many'))).toHaveLength(60)
    expect(new Set(mail.received.map(({ messageId }) => messageId)).size).toBe(mail.received.length)
  })

  test('a silent server delays a message only until its timeout', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const transport = smtpTransport(`smtp://127.0.0.1:${port}`, 'backup@example.com')
    const begun = performance.now()
    const mailOf = { messageId: randomUUID(), to: address(), subject: 's', text: 't' }
    await expect(transport.send(mailOf)).rejects.toThrow()
    expect(performance.now() - begun).toBeLessThan(15_000)
    transport.close()
    silent.close()
  })

  test('a silent server does not delay the shutdown', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const own = await startWorld({
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'backup@example.com',
    })
    const connected = once(silent, 'connection')
    await queue(own, await own.createTenant(), address())
    await connected
    const begun = performance.now()
    await own.stop()
    expect(performance.now() - begun).toBeLessThan(8_000)
    silent.close()
  })
})

/** Polls until there is a result. */
async function eventually<T>(look: () => Promise<T | null>, deadlineMs = 20_000): Promise<T> {
  for (const until = performance.now() + deadlineMs; performance.now() < until; ) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nothing came of it in time')
}
