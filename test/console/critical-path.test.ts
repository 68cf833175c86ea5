/** The whole story, as people live it: both partners, both kinds of admin, those who are refused, and a door closed on who is inside. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  expectGoodPage,
  hasBrowser,
  type Stage,
  signIn,
  signInAtMicrosoft,
  startStage,
  type Visit,
} from './support/browser.ts'

describe.skipIf(!hasBrowser)('the story', { timeout: 120_000 }, () => {
  let stage: Stage
  let admin: Visit
  let technician: Visit
  const portalOf = (platform: string) => {
    const { clientId, handoffUrl } = stage.demo.partnerInstances.find(
      (instance) => instance.platform === platform,
    )!
    return { clientId, url: handoffUrl.replace(/\/handoff$/, '') }
  }
  const user = (tenantName: string, role: string) => {
    const tenant = stage.demo.tenants.find(({ name }) => name === tenantName)!
    return stage.demo.microsoft.users.find(
      (user) => user.tenantId === tenant.id && user.role === role,
    )!
  }
  const connect = async ({ page }: Visit, platform: string, tenantName: string) => {
    await page.goto(portalOf(platform).url)
    await page.getByRole('link', { name: `Connect to O365: ${tenantName}` }).click()
  }
  const associate = async ({ page }: Visit, clientId: string, label: string) => {
    await page.getByRole('button', { name: 'Associate a partner' }).click()
    await page.getByLabel('Client id').fill(clientId)
    await page.getByLabel('What the partner calls this tenant').fill(label)
    await page.getByRole('button', { name: 'Associate', exact: true }).click()
    await page.getByText('Active', { exact: true }).waitFor()
  }
  const turnOn = async ({ page }: Visit) => {
    await page.getByRole('tab', { name: 'Services' }).click()
    await page.getByRole('switch', { name: 'Login with IT Complete' }).click()
    await page.getByText(/^Turned on .* by /).waitFor()
  }

  beforeAll(async () => {
    stage = await startStage()
    admin = await stage.open()
    technician = await stage.open()
  })
  afterAll(() => stage?.stop())

  test('the front page finds the tenant, tells technicians where to go, and in the demo shows the way to the partner’s side', async () => {
    const { page } = admin
    await page.goto(stage.url)
    await page.getByText('Do you work for a managed service provider?').waitFor()
    await page.getByText('The demo').waitFor()
    await expectGoodPage(admin, 'sign-in')
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
    await page.getByText('A domain such as contoso.com').waitFor()
  })

  test('a Global Admin is told why the switch cannot be turned on, associates the MSP, and turns it on', async () => {
    const { page } = admin
    await signIn(stage, admin, 'Contoso Dental', 'GLOBAL_ADMIN')
    await page.getByText('No VSA server or UniView portal is associated').waitFor()
    expect(await page.getByRole('switch').isDisabled()).toBe(true)
    expect(new URL(page.url()).pathname).toMatch(/^\/t\/[0-9a-f-]{36}\/settings$/)
    await expectGoodPage(admin, 'settings-blocked')
    await page.getByRole('link', { name: 'Associate a partner' }).click()
    await page.getByRole('button', { name: 'Associate a partner' }).click()
    await page.getByLabel('Client id').fill('nobody-knows-it')
    await page.getByLabel('What the partner calls this tenant').fill('contoso')
    await page.getByRole('button', { name: 'Associate', exact: true }).click()
    await page
      .getByRole('alert')
      .or(page.getByText(/No partner instance|registered/))
      .first()
      .waitFor()
    await expectGoodPage(admin, 'settings-associate')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await associate(admin, portalOf('KASEYA_VSA').clientId, 'contoso')
    await expectGoodPage(admin, 'settings-partners')
    await turnOn(admin)
    await page.getByText('Turned on').and(page.getByText('Grace Adeyemi')).waitFor()
    await expectGoodPage(admin, 'settings')
  })

  test('from VSA a technician is signed in at one click, told where and as whom, and works under a banner that stays', async () => {
    const { page } = technician
    await page.goto(portalOf('KASEYA_VSA').url)
    await expectGoodPage(technician, 'partner-vsa')
    await page.getByRole('link', { name: 'Ben Castellanos' }).click()
    await page.getByText('signed in as Ben Castellanos').waitFor()
    await page.getByRole('link', { name: 'Connect to O365: Contoso Dental' }).click()
    await page.getByRole('heading', { name: 'You are signed in to Contoso Dental' }).waitFor()
    await page.getByText('As Ben Castellanos', { exact: true }).waitFor()
    expect(page.url()).not.toContain('#')
    await expectGoodPage(technician, 'connect')
    await page.getByRole('link', { name: 'Continue to Contoso Dental' }).click()
    const banner = page.getByText('is logged as this identity')
    await banner.waitFor()
    await page.getByLabel('Calendars').click()
    await page.getByRole('button', { name: 'Save services' }).click()
    await page.getByText('Saved.').waitFor()
    await expectGoodPage(technician, 'settings-technician')
    for (const [tab, told] of [
      ['Notifications', 'Only admins of the tenant choose who gets mail'],
      ['API tokens', 'shown to admins of the tenant alone'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByText(told).waitFor()
      await banner.waitFor()
    }
  })

  test('another technician of the same browser is asked about before the session is replaced', async () => {
    const { page } = technician
    await page.goto(`${portalOf('KASEYA_VSA').url}?technician=nw-1001`)
    await connect(technician, 'KASEYA_VSA', 'Contoso Dental')
    await page.getByRole('heading', { name: 'Somebody else is signed in' }).waitFor()
    await expectGoodPage(technician, 'connect-other')
    await page.getByRole('button', { name: 'Go on as Ada Okafor' }).click()
    await page.getByText('As Ada Okafor', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Continue to Contoso Dental' }).click()
    await page.getByText('is logged as this identity').waitFor()
  })

  test('a Spanning Admin opens another tenant to UniView, and its technician comes in', async () => {
    const spanning = await stage.open()
    await signIn(stage, spanning, 'Fabrikam Legal', 'SPANNING_ADMIN')
    await spanning.page.getByText('Spanning Admin', { exact: true }).waitFor()
    await spanning.page.getByRole('tab', { name: 'Partners' }).click()
    await associate(spanning, portalOf('UNITRENDS_UNIVIEW').clientId, 'fabrikam')
    await turnOn(spanning)
    const other = await stage.open()
    await other.page.goto(portalOf('UNITRENDS_UNIVIEW').url)
    await expectGoodPage(other, 'partner-uniview')
    await connect(other, 'UNITRENDS_UNIVIEW', 'Fabrikam Legal')
    await other.page.getByText('As Mei Lindqvist', { exact: true }).waitFor()
    expect([spanning.problems, other.problems]).toEqual([[], []])
    await spanning.context.close()
    await other.context.close()
  })

  describe('who is refused is told what happened and what to do, with the support id that stands in the log', () => {
    test('an ordinary user of the organisation', async () => {
      const visit = await stage.open()
      await signIn(stage, visit, 'Contoso Dental', 'NONE')
      await visit.page.getByText('This Microsoft account is no admin of the tenant.').waitFor()
      await expectGoodPage(visit, 'refused')
      const [, id] = (await visit.page.getByText('Support id:').innerText()).match(
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
      await admin.page.getByRole('link', { name: 'Settings' }).click()
      await visit.context.close()
    })

    test('somebody of another organisation', async () => {
      const visit = await stage.open()
      await visit.page.goto(stage.url)
      await visit.page.getByLabel('Microsoft 365 domain').fill('contoso-dental.example')
      await visit.page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
      await signInAtMicrosoft(visit.page, user('Fabrikam Legal', 'GLOBAL_ADMIN'))
      await visit.page.getByText('does not belong to the organisation that you asked for').waitFor()
      await visit.page.getByText('Support id:').waitFor()
      await visit.page.getByRole('link', { name: 'Go to the sign-in page' }).click()
      await visit.page.getByText('Find your tenant').waitFor()
      expect(visit.problems).toEqual([])
      await visit.context.close()
    })

    test('a technician whose link was used already, and one whose MSP the tenant does not know', async () => {
      const visit = await stage.open()
      await connect(visit, 'UNITRENDS_UNIVIEW', 'Contoso Dental')
      await visit.page.getByText('PARTNER_NOT_ASSOCIATED').waitFor()
      await expectGoodPage(visit, 'partner-refused')
      let landing = ''
      visit.page.on('request', (request) => {
        if (/\/connect\/[0-9a-f-]{36}$/.test(request.url()) && request.method() === 'POST')
          landing = request.postData() ?? ''
      })
      await connect(visit, 'KASEYA_VSA', 'Contoso Dental')
      await visit.page.getByText('You are signed in to Contoso Dental').waitFor()
      const { code } = JSON.parse(landing) as { code: string }
      await visit.page.goto(`${visit.page.url().split('#')[0]}?again#code=${code}`)
      await visit.page.getByText('works once').waitFor()
      await visit.page.getByText('Support id:').waitFor()
      expect(visit.page.url()).not.toContain(code)
      await visit.context.close()
    })
  })

  test('before it is turned off the admin is told what that ends and who keeps access; who is connected is told what happened', async () => {
    const { page } = admin
    await page.getByRole('switch').click()
    await page.getByText(/This ends .*2 live sessions/).waitFor()
    await page.getByText('Samuel Ortiz').waitFor()
    await expectGoodPage(admin, 'settings-turn-off')
    await page.getByRole('button', { name: 'Turn off' }).click()
    await page.getByText('Login with IT Complete is off. 2 sessions').waitFor()

    await technician.page.getByLabel('Contacts').click()
    await technician.page.getByRole('button', { name: 'Save services' }).click()
    await technician.page.getByText('Login with IT Complete was turned off').waitFor()
    await technician.page.getByRole('link', { name: 'Sign in with Microsoft' }).waitFor()
    await expectGoodPage(technician, 'ended')

    await connect(technician, 'KASEYA_VSA', 'Contoso Dental')
    await technician.page.getByText('MICROSOFT_SIGN_IN_REQUIRED').waitFor()
  })

  test('a token’s secret is shown once; a Spanning Admin is granted and revoked; mistakes stand at their fields', async () => {
    const { page } = admin
    await page.getByRole('tab', { name: 'API tokens' }).click()
    await page.getByRole('button', { name: 'Make a token' }).click()
    await page.getByLabel('What it is for').fill('SIEM')
    await page.getByRole('button', { name: 'Make', exact: true }).click()
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    expect(secret).toMatch(/^[0-9a-f-]{36}\.[\w-]{43}$/)
    await page.getByRole('button', { name: 'Copy the secret' }).click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret)
    await expectGoodPage(admin, 'settings-token')
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('SIEM (by Grace Adeyemi)').waitFor()
    expect(await page.content()).not.toContain(secret)
    await expectGoodPage(admin, 'settings-tokens')
    await page.getByRole('button', { name: 'Revoke SIEM' }).click()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('There are no API tokens.').waitFor()

    await page.getByRole('tab', { name: 'Spanning Admins' }).click()
    await page.getByRole('button', { name: 'Grant' }).click()
    await page.getByLabel('Object id').fill('not an id')
    await page.getByLabel('User name').fill('nora@contoso-dental.example')
    await page.getByRole('textbox', { name: /^Name/ }).fill('Nora Lind')
    await page.getByRole('dialog').getByRole('button', { name: 'Grant' }).click()
    await page.getByText('A UUID, as Entra ID shows it.').waitFor()
    await page.getByLabel('Object id').fill(user('Contoso Dental', 'NONE').objectId)
    await page.getByRole('dialog').getByRole('button', { name: 'Grant' }).click()
    await page.getByText('Nora Lind (nora@contoso-dental.example)').waitFor()
    await expectGoodPage(admin, 'settings-admins')
    await page.getByRole('button', { name: 'Revoke Nora Lind' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Nora Lind (nora@contoso-dental.example)').waitFor({ state: 'detached' })

    await page.getByRole('tab', { name: 'Notifications' }).click()
    await page.getByLabel('Recipients').fill('not an address')
    await page.getByRole('button', { name: 'Save notifications' }).click()
    await page
      .locator('[role=tabpanel]')
      .getByText(/address/i)
      .nth(1)
      .waitFor()
    await page.getByLabel('Recipients').fill('it@contoso-dental.example')
    await page.getByLabel('Once a week').click()
    await page.getByRole('button', { name: 'Save notifications' }).click()
    await page.getByText('Saved. The recipients so far hear of it too.').waitFor()
    await expectGoodPage(admin, 'settings-notifications')
  })

  test('what two people change at once is not lost: the second is told, and saves on top', async () => {
    const other = await stage.open()
    await signIn(stage, other, 'Contoso Dental', 'SPANNING_ADMIN')
    await other.page.getByLabel('Teams').click()
    await admin.page.getByRole('tab', { name: 'Services' }).click()
    await admin.page.getByLabel('OneDrive').click()
    await admin.page.getByRole('button', { name: 'Save services' }).click()
    await admin.page.getByText('Saved.').waitFor()
    await other.page.getByRole('button', { name: 'Save services' }).click()
    await other.page.getByText('Somebody else changed the settings meanwhile').waitFor()
    expect([
      await other.page.getByLabel('OneDrive').isChecked(),
      await other.page.getByLabel('Teams').isChecked(),
    ]).toEqual([false, false])
    await other.page.getByRole('button', { name: 'Save services' }).click()
    await other.page.getByText('Saved.').waitFor()
    expect(other.problems).toEqual([])
    await other.context.close()
  })

  test('signing out ends it, and the front page remembers the tenant and nothing that opens it', async () => {
    const { page } = admin
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.getByRole('heading', { name: 'Contoso Dental' }).waitFor()
    await expectGoodPage(admin, 'signed-out')
    await page.goBack()
    await page.getByText('Nobody is signed in to this tenant').waitFor()
    await expectGoodPage(admin, 'sign-in-to-go-on')
    expect(admin.problems.concat(technician.problems)).toEqual([])
  })
})
