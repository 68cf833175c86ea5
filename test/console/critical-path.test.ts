/**
 * The critical path in Chromium: admins, technicians of both partners, refused users, and turning
 * the feature off.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipsWithout } from '../support/requirements.ts'
import {
  type BrowserWindow,
  type DemoService,
  expectAccessiblePage,
  hasBrowser,
  signIn,
  signInAtMicrosoft,
  startDemoService,
} from './support/browser.ts'

describe.skipIf(skipsWithout(hasBrowser, 'Chromium'))(
  'the critical path',
  { timeout: 120_000 },
  () => {
    let service: DemoService
    let admin: BrowserWindow
    let technician: BrowserWindow
    const portalOf = (platform: string) => {
      const { clientId, handoffUrl } = service.demo.partnerInstances.find(
        (instance) => instance.platform === platform,
      )!
      return { clientId, url: handoffUrl.replace(/\/handoff$/, '') }
    }
    const user = (tenantName: string, role: string) => {
      const tenant = service.demo.tenants.find(({ name }) => name === tenantName)!
      return service.demo.microsoft.users.find(
        (user) => user.tenantId === tenant.id && user.role === role,
      )!
    }
    const connect = async ({ page }: BrowserWindow, platform: string, tenantName: string) => {
      await page.goto(portalOf(platform).url)
      await page.getByRole('link', { name: `Connect to O365: ${tenantName}` }).click()
    }
    const addPartner = async ({ page }: BrowserWindow, clientId: string, label: string) => {
      await page.getByRole('button', { name: 'Add partner' }).click()
      await page.getByLabel('Client ID').fill(clientId)
      await page.getByLabel('Name at the partner').fill(label)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Add partner' }).click()
      await page.getByText('Active', { exact: true }).waitFor()
    }
    const turnOn = async ({ page }: BrowserWindow) => {
      await page.getByRole('tab', { name: 'Services' }).click()
      await page.getByRole('switch', { name: 'Login with IT Complete' }).click()
      await page.getByRole('button', { name: 'Turn on' }).click()
      await page.getByText(/^Turned on .* by /).waitFor()
    }

    beforeAll(async () => {
      service = await startDemoService()
      admin = await service.open()
      technician = await service.open()
    })
    afterAll(() => service?.stop())

    test('the start page guides admins, technicians and demo users', async () => {
      const { page } = admin
      await page.goto(service.url)
      await page.getByText('Do you work for a managed service provider?').waitFor()
      await page.getByText('Demo', { exact: true }).waitFor()
      await expectAccessiblePage(admin, 'sign-in')
      await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
      await page.getByText('Enter a domain, such as contoso.com').waitFor()
    })

    test('a Global Admin adds a partner before turning the feature on', async () => {
      const { page } = admin
      await signIn(service, admin, 'Contoso Dental', 'GLOBAL_ADMIN')
      await page.getByText('This tenant has no partner').waitFor()
      expect(await page.getByRole('switch').isDisabled()).toBe(true)
      expect(new URL(page.url()).pathname).toMatch(/^\/t\/[0-9a-f-]{36}\/settings$/)
      await expectAccessiblePage(admin, 'settings-blocked')
      await page.getByRole('link', { name: 'Add partner' }).click()
      await page.getByRole('button', { name: 'Add partner' }).click()
      await page.getByLabel('Client ID').fill('nobody-knows-it')
      await page.getByLabel('Name at the partner').fill('contoso')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page
        .getByRole('alert')
        .or(page.getByText(/No partner instance|registered/))
        .first()
        .waitFor()
      await expectAccessiblePage(admin, 'settings-add-partner')
      await page.getByRole('button', { name: 'Cancel' }).click()
      await addPartner(admin, portalOf('KASEYA_VSA').clientId, 'contoso')
      await expectAccessiblePage(admin, 'settings-partners')
      await turnOn(admin)
      await page.getByText('Turned on').and(page.getByText('Grace Adeyemi')).waitFor()
      await expectAccessiblePage(admin, 'settings')
    })

    test('a technician signs in from VSA with one click', async () => {
      const { page } = technician
      const { id } = service.demo.tenants.find(({ name }) => name === 'Contoso Dental')!
      const link = `${service.url}/t/${id}/activity?action=%5B%22handoff.*%22%5D#main`
      await page.goto(link)
      await page.getByRole('heading', { name: 'Sign in to continue' }).waitFor()
      await page.goto(portalOf('KASEYA_VSA').url)
      await expectAccessiblePage(technician, 'partner-vsa')
      await page.getByRole('link', { name: 'Ben Castellanos' }).click()
      await page.getByText('signed in as Ben Castellanos').waitFor()
      await page.getByRole('link', { name: 'Connect to O365: Contoso Dental' }).click()
      await page.getByRole('heading', { name: 'You are signed in to Contoso Dental' }).waitFor()
      await page.getByText('Signed in as Ben Castellanos', { exact: true }).waitFor()
      expect(page.url()).not.toContain('#')
      await expectAccessiblePage(technician, 'connect')
      await page.getByRole('link', { name: 'Continue to Contoso Dental' }).click()
      const banner = page.getByText('is recorded in the Activity log under this identity')
      await banner.waitFor()
      expect(page.url()).toBe(link)
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByLabel('Calendars').click()
      await page.getByRole('button', { name: 'Save services' }).click()
      await page.getByText('Services saved.').waitFor()
      await expectAccessiblePage(technician, 'settings-technician')
      for (const [tab, text] of [
        ['Notifications', 'Only the tenant’s admins can change notifications'],
        ['API tokens', 'Only the tenant’s admins can see API tokens'],
      ] as const) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByText(text).waitFor()
        await banner.waitFor()
      }
    })

    test('a second technician in one browser must confirm replacing the first', async () => {
      const { page } = technician
      await page.goto(`${portalOf('KASEYA_VSA').url}?technician=nw-1001`)
      await connect(technician, 'KASEYA_VSA', 'Contoso Dental')
      await page.getByRole('heading', { name: 'Another user is signed in' }).waitFor()
      await expectAccessiblePage(technician, 'connect-other')
      await page.getByRole('button', { name: 'Continue as Ada Okafor' }).click()
      await page.getByText('Signed in as Ada Okafor', { exact: true }).waitFor()
      await page.getByRole('link', { name: 'Continue to Contoso Dental' }).click()
      await page.getByText('is recorded in the Activity log under this identity').waitFor()
    })

    test('a technician signs in from UniView to a Spanning Admin’s tenant', async () => {
      const spanning = await service.open()
      await signIn(service, spanning, 'Fabrikam Legal', 'SPANNING_ADMIN')
      await spanning.page.getByText('Spanning Admin', { exact: true }).waitFor()
      await spanning.page.getByRole('tab', { name: 'Partners' }).click()
      await addPartner(spanning, portalOf('UNITRENDS_UNIVIEW').clientId, 'fabrikam')
      await turnOn(spanning)
      const other = await service.open()
      await other.page.goto(portalOf('UNITRENDS_UNIVIEW').url)
      await expectAccessiblePage(other, 'partner-uniview')
      await connect(other, 'UNITRENDS_UNIVIEW', 'Fabrikam Legal')
      await other.page.getByText('Signed in as Mei Lindqvist', { exact: true }).waitFor()
      expect([spanning.problems, other.problems]).toEqual([[], []])
      await spanning.context.close()
      await other.context.close()
    })

    describe('a refusal shows reason, advice and support id:', () => {
      test('a user without an admin role', async () => {
        const visit = await service.open()
        await signIn(service, visit, 'Contoso Dental', 'NONE')
        await visit.page
          .getByText(/admin of (the|this) tenant/)
          .first()
          .waitFor()
        await expectAccessiblePage(visit, 'refused')
        const [, id] = (await visit.page.getByText('Support ID:').innerText()).match(
          /([0-9a-f-]{36})/,
        )!
        await admin.page.getByRole('link', { name: 'Activity log' }).click()
        const found = await admin.page.evaluate<unknown[]>(`fetch('/graphql', { method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant-id': location.pathname.split('/')[2] },
        body: JSON.stringify({ query: '{ viewer { tenant { activityLog(first: 20) { nodes { requestId action reason } } } } }' }) })
        .then((answer) => answer.json()).then(({ data }) => data.viewer.tenant.activityLog.nodes)`)
        expect(found).toContainEqual({
          requestId: id,
          action: 'microsoft_login.completed',
          reason: 'FORBIDDEN',
        })
        await admin.page.getByRole('link', { name: 'Settings', exact: true }).click()
        await visit.context.close()
      })

      test('an admin of another organization', async () => {
        const visit = await service.open()
        await visit.page.goto(service.url)
        await visit.page.getByLabel('Microsoft 365 domain').fill('contoso-dental.example')
        await visit.page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
        await signInAtMicrosoft(visit.page, user('Fabrikam Legal', 'GLOBAL_ADMIN'))
        await visit.page.getByText(/does not belong to the organi[sz]ation/).waitFor()
        await visit.page.getByText('Support ID:').waitFor()
        await visit.page.getByRole('link', { name: 'Go to sign-in' }).click()
        await visit.page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
        expect(visit.problems).toEqual([])
        await visit.context.close()
      })

      test('a used sign-in link, and a partner that was not added', async () => {
        const visit = await service.open()
        await connect(visit, 'UNITRENDS_UNIVIEW', 'Contoso Dental')
        await visit.page.getByText('PARTNER_NOT_ASSOCIATED').waitFor()
        await expectAccessiblePage(visit, 'partner-refused')
        let landing = ''
        visit.page.on('request', (request) => {
          if (/\/connect\/[0-9a-f-]{36}$/.test(request.url()) && request.method() === 'POST')
            landing = request.postData() ?? ''
        })
        await connect(visit, 'KASEYA_VSA', 'Contoso Dental')
        await visit.page.getByText('You are signed in to Contoso Dental').waitFor()
        const { code } = JSON.parse(landing) as { code: string }
        await visit.page.goto(`${visit.page.url().split('#')[0]}?again#code=${code}`)
        await visit.page.getByText('A sign-in link works once').waitFor()
        await visit.page.getByText('Support ID:').waitFor()
        expect(visit.page.url()).not.toContain(code)
        await visit.context.close()
      })
    })

    test('turning the feature off names its effects and ends technicians’ sessions', async () => {
      const { page } = admin
      await page.getByRole('switch').click()
      await page.getByText(/This ends .*2 active sessions/).waitFor()
      await page.getByText('Samuel Ortiz').waitFor()
      await expectAccessiblePage(admin, 'settings-turn-off')
      await page.getByRole('button', { name: 'Turn off' }).click()
      await page.getByText('Login with IT Complete is off. Ended 2 sessions').waitFor()

      // The next action is refused, unless the page has noticed before by polling every 30 seconds.
      const save = async () => {
        await technician.page.getByLabel('Contacts').click({ timeout: 5_000 })
        await technician.page
          .getByRole('button', { name: 'Save services' })
          .click({ timeout: 5_000 })
      }
      await save().catch(() => {})
      await technician.page.getByText('You no longer have access to Contoso Dental.').waitFor()
      await technician.page.getByRole('link', { name: 'Sign in with Microsoft' }).waitFor()
      // The page asks no more, because each further query would be recorded as a refused attempt.
      const asked: string[] = []
      technician.page.on('request', (request) => asked.push(request.url()))
      await technician.page.evaluate("dispatchEvent(new Event('visibilitychange'))")
      await expectAccessiblePage(technician, 'ended')
      expect(asked).toEqual([])

      await connect(technician, 'KASEYA_VSA', 'Contoso Dental')
      await technician.page.getByText('MICROSOFT_SIGN_IN_REQUIRED').waitFor()
    })

    test('an API token is shown once and can be revoked', async () => {
      const { page } = admin
      await page.getByRole('tab', { name: 'API tokens' }).click()
      await page.getByRole('button', { name: 'Create token' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('SIEM')
      await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click()
      const secret = await page.getByRole('textbox', { name: 'Token' }).inputValue()
      expect(secret).toMatch(/^[0-9a-f-]{36}\.[\w-]{43}$/)
      await page.getByRole('button', { name: 'Copy the token' }).click()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret)
      await expectAccessiblePage(admin, 'settings-token')
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('cell', { name: /^SIEM/ }).waitFor()
      expect(await page.content()).not.toContain(secret)
      await expectAccessiblePage(admin, 'settings-tokens')
      await page.getByRole('button', { name: 'Revoke SIEM' }).click()
      await page.getByRole('button', { name: 'Revoke token' }).click()
      await page.getByText('No API tokens yet.').waitFor()
    })

    test('a Spanning Admin is added and removed; errors appear at their fields', async () => {
      const { page } = admin
      await page.getByRole('tab', { name: 'Spanning Admins' }).click()
      await page.getByRole('button', { name: 'Add Spanning Admin' }).click()
      await page.getByLabel('Object ID').fill('not an id')
      await page.getByLabel('User name').fill('nora@contoso-dental.example')
      await page.getByRole('textbox', { name: /^Name/ }).fill('Nora Lind')
      await page.getByRole('dialog').getByRole('button', { name: 'Add Spanning Admin' }).click()
      await page.getByText('Enter the object ID from Entra ID.').waitFor()
      await page.getByLabel('Object ID').fill(user('Contoso Dental', 'NONE').objectId)
      await page.getByRole('dialog').getByRole('button', { name: 'Add Spanning Admin' }).click()
      await page.getByRole('cell', { name: /nora@contoso-dental\.example/ }).waitFor()
      await expectAccessiblePage(admin, 'settings-admins')
      await page.getByRole('button', { name: 'Remove Nora Lind' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove Spanning Admin' }).click()
      await page
        .getByRole('cell', { name: /nora@contoso-dental\.example/ })
        .waitFor({ state: 'detached' })
    })

    test('notification recipients are validated and saved', async () => {
      const { page } = admin
      await page.getByRole('tab', { name: 'Notifications' }).click()
      await page.getByLabel('Notification recipients').fill('not an address')
      await page.getByRole('button', { name: 'Save notifications' }).click()
      await page
        .locator('[role=tabpanel]')
        .getByText(/address/i)
        .nth(1)
        .waitFor()
      await page.getByLabel('Notification recipients').fill('it@contoso-dental.example')
      await page.getByLabel('Weekly').click()
      await page.getByRole('button', { name: 'Save notifications' }).click()
      await page.getByText('Notifications saved. No email is sent about the change.').waitFor()
      await expectAccessiblePage(admin, 'settings-notifications')
    })

    test('the second of two people who save at once must check', async () => {
      const other = await service.open()
      await signIn(service, other, 'Contoso Dental', 'SPANNING_ADMIN')
      await other.page.getByLabel('Teams').click()
      await admin.page.getByRole('tab', { name: 'Services' }).click()
      await admin.page.getByLabel('OneDrive').click()
      await admin.page.getByRole('button', { name: 'Save services' }).click()
      await admin.page.getByText('Services saved.').waitFor()
      await other.page.getByRole('button', { name: 'Save services' }).click()
      await other.page.getByText('Another person changed the settings at the same time').waitFor()
      expect([
        await other.page.getByLabel('OneDrive').isChecked(),
        await other.page.getByLabel('Teams').isChecked(),
      ]).toEqual([false, false])
      await other.page.getByRole('button', { name: 'Save services' }).click()
      await other.page.getByText('Services saved.').waitFor()
      expect(other.problems).toEqual([])
      await other.context.close()
    })

    test('signing out ends the session and keeps only the tenant’s name', async () => {
      const { page } = admin
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByText('You are signed out.').waitFor()
      await page.getByRole('heading', { name: 'Contoso Dental' }).waitFor()
      await expectAccessiblePage(admin, 'signed-out')
      await page.goBack()
      await page.getByText('You are not signed in to this tenant').waitFor()
      await expectAccessiblePage(admin, 'not-signed-in')
      expect(admin.problems.concat(technician.problems)).toEqual([])
    })
  },
)
