/**
 * Equivalent spellings of one identifier: UUIDs in upper case (RFC 9562 §4), and internationalized
 * domains (RFC 5890).
 */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTenant, erasePerson, setRetention } from '../../admin/tenants.ts'
import { Browser } from '../../demo/browser.ts'
import { sealed } from '../support/activity.ts'
import { createHandoff, startLogin } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { forgedAssertion, revokeSession, whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { browserHandoff, redeemInBrowser } from '../support/sign-in.ts'
import { openTenant, perform, requestAssociation, versionOf } from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const loginOptions =
  'query ($tenant: TenantLocator!) { loginOptions(tenant: $tenant) { method startUrl } }'
const startUrlOf = async (tenant: object) =>
  (await world.ask(null, loginOptions, { tenant })).data.loginOptions[0].startUrl as string

describe('UUIDs in upper case', () => {
  test('a browser signs in, reads and signs out', async () => {
    const { tenant } = await openTenant(world)
    const upper = tenant.id.toUpperCase()
    const browser = new Browser()
    const { code } = await browserHandoff(world, browser, upper, world.vsa)
    expect((await redeemInBrowser(world, browser, upper, code)).status).toBe(200)
    expect(browser.cookie(`session-${tenant.id}`)).toBeDefined()
    const who = { browser, tenantId: upper }
    const session = (await world.ask(who, whoAmI)).data.viewer.session.id as string
    const read = `query ($id: ID!, $node: ID!) { variable: tenant(id: $id) { id } literal: tenant(id: "${upper}") { id } node(id: $node) { __typename id } }`
    expect(await world.ask(who, read, { id: upper, node: session.toUpperCase() })).toMatchObject({
      codes: [],
      data: {
        variable: { id: tenant.id },
        literal: { id: tenant.id },
        node: { __typename: 'Session', id: session },
      },
    })
    const page = await browser.request(`${world.url}/t/${upper}/activity?user=A%2FB`)
    expect([page.status, page.headers.get('location')]).toEqual([
      308,
      `/t/${tenant.id}/activity?user=A%2FB`,
    ])
    const out = await browser.request(`${world.url}/logout`, {
      method: 'POST',
      headers: { origin: world.url, 'x-tenant-id': upper },
    })
    expect(out.status).toBe(200)
    expect(browser.cookie(`session-${tenant.id}`)).toBeUndefined()
    const rows = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    expect(rows.map(({ action }) => action)).toContain('session.signed_out')
    expect(rows.filter(({ outcome }) => outcome !== 'SUCCEEDED')).toEqual([])
    expect(JSON.stringify(rows)).not.toContain(upper)
  })

  test('an admin signs in, changes settings and exports', async () => {
    const { tenant, admin } = await openTenant(world)
    const upper = tenant.id.toUpperCase()
    expect(await startUrlOf({ id: upper })).toBe(`${world.url}/login/microsoft?tenant=${tenant.id}`)
    const signedIn = await world.tryToSignIn({ id: upper }, tenant.globalAdmin)
    const { accessToken, session } = signedIn.data.completeMicrosoftLogin
    const objectId = randomUUID()
    const granted = await perform(
      world,
      { bearer: accessToken },
      {
        field: 'grantSpanningAdmin',
        selection: 'tenant { spanningAdmins { nodes { objectId } } }',
      },
      {
        tenantId: upper,
        objectId: objectId.toUpperCase(),
        userPrincipalName: 'ada@contoso.example',
        displayName: 'Ada',
      },
    )
    expect(granted.payload).toMatchObject({
      tenant: { spanningAdmins: { nodes: [{ objectId }] } },
      userErrors: [],
    })
    const input = { tenantId: upper, sessionId: session.id.toUpperCase() }
    expect((await world.ask(admin, revokeSession, { input })).data.revokeSession).toMatchObject({
      session: { id: session.id },
      userErrors: [],
    })

    await sealed(world, tenant)
    const { payload } = await perform(
      world,
      admin,
      { field: 'createActivityExport', selection: 'export { downloadUrl }' },
      { tenantId: upper, format: 'NDJSON' },
    )
    const { searchParams } = new URL(payload.export.downloadUrl)
    const exportId = searchParams.get('export')!.toUpperCase()
    const url = `${world.url}/activity/export/${upper}?export=${exportId}`
    const headers = { authorization: `Bearer ${admin.bearer}` }
    expect((await fetch(url, { headers })).status).toBe(200)

    await setRetention(world.operator, upper, 'THREE_YEARS')
    expect(
      await erasePerson(world.operator, upper, `microsoft:${objectId.toUpperCase()}`),
    ).toBeGreaterThan(0)
    const rows = await activityRows(world.database, { tenantId: tenant.id })
    expect(rows.map(({ action }) => action)).toContain('activity_retention.changed')
    expect(JSON.stringify(rows)).not.toContain(upper)
  })

  test('an assertion of either case uses up one `jti`', async () => {
    const { tenant } = await openTenant(world)
    const [upper, jti] = [tenant.id.toUpperCase(), randomUUID()]
    const answers = []
    for (const id of [upper, tenant.id, upper]) {
      const assertion = forgedAssertion(world, world.vsa, id, { jti })
      const { data } = await world.ask(null, createHandoff, { input: { assertion } })
      answers.push(data.createHandoff.userErrors.map(({ code }: { code: string }) => code))
    }
    expect(answers).toEqual([[], ['ASSERTION_REPLAYED'], ['ASSERTION_REPLAYED']])
    await requestAssociation(world, { ...tenant, id: upper }, world.uniview)
  })
})

describe('internationalized domains', () => {
  test('one domain belongs to one tenant, in any spelling', async () => {
    const name = `bücher-${randomUUID().slice(0, 8)}.example`
    const ascii = new URL(`https://${name}`).hostname
    const newTenant = (...domains: string[]) =>
      createTenant(world.operator, { name: 'Books', microsoftTenantId: randomUUID(), domains })
    const id = await newTenant(name.toUpperCase(), ascii, `shop.${name}`)
    for (const same of [
      name,
      ascii.toUpperCase(),
      name.normalize('NFD'),
      `${name}.`,
      name.replace('b', 'ｂ').replace('.', '。'),
      name.replace('.', '\u00ad.'),
    ])
      await expect([same, newTenant(same)][1]).rejects.toThrow('already belongs to a tenant')
    for (const wrong of [
      'xn--a.example',
      'xn--example-.com',
      'a/b.com',
      'ex%41mple.com',
      'b_c.com',
      '127.1',
    ])
      await expect(newTenant(wrong)).rejects.toThrow('Specify between 1 and 50 domains')

    for (const spelling of [name, ascii.toUpperCase()])
      expect(await startUrlOf({ domain: spelling })).toBe(
        `${world.url}/login/microsoft?domain=${ascii}`,
      )
    const started = await world.ask(null, startLogin, {
      input: { tenant: { domain: name }, stepUp: false },
    })
    const { authorizationUrl } = started.data.startMicrosoftLogin
    expect(new URL(authorizationUrl).searchParams.get('domain_hint')).toBe(ascii)

    const request = await perform(
      world,
      await world.clientCredentials(world.vsa),
      { field: 'requestPartnerAssociation', selection: '' },
      { tenant: { domain: name }, externalTenantId: 'books' },
    )
    expect(request.payload.userErrors).toEqual([])
    const rows = await activityRows(world.database, { tenantId: id })
    expect(rows.map(({ action }) => action)).toContain('partner_association.requested')
  })

  test('recipients are stored in ASCII and shown in Unicode', async () => {
    const { tenant, admin } = await openTenant(world)
    const update = async (recipients: string[]) =>
      perform(
        world,
        admin,
        {
          field: 'updateNotificationSettings',
          selection: 'tenant { settings { notifications { recipients } } }',
        },
        { tenantId: tenant.id, expectedVersion: await versionOf(world, tenant.id), recipients },
      )
    const [shown, stored] = ['Ada@bücher.example', 'Ada@xn--bcher-kva.example']
    const { payload } = await update(['Ada@BÜCHER.example', 'ops@Contoso.Example'])
    expect(payload).toMatchObject({
      tenant: { settings: { notifications: { recipients: [shown, 'ops@contoso.example'] } } },
      userErrors: [],
    })
    const [row] = (await activityRows(world.database, { tenantId: tenant.id })).slice(-1)
    expect(JSON.stringify(row!.changes)).toContain(stored)
    expect((await update([shown, stored])).payload.userErrors).toMatchObject([
      { code: 'INVALID_VALUE', field: ['recipients'] },
    ])
    for (const wrong of ['ada@xn--a.example', 'ada@b/c.example', 'ädä@contoso.example'])
      expect([wrong, (await update([wrong])).payload.userErrors]).toMatchObject([
        wrong,
        [{ code: 'INVALID_VALUE', field: ['recipients'] }],
      ])
    expect(await erasePerson(world.operator, tenant.id, null, [shown])).toBeGreaterThan(0)
  })
})
