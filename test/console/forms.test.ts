/** Forms and dialogs of the console in Chromium: focus, invalid values, unsaved values. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { skipsWithout } from '../support/requirements.ts'
import { openTenant, requestAssociation } from '../support/tenants.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'
import { expectAccessiblePage, hasBrowser, launch, signInAtMicrosoft } from './support/browser.ts'
import { type SignedInWindows, signedInWindows } from './support/signed-in.ts'

/** The accessible name of the focused element, or its text. Runs in the page. */
const focused = `(() => {
  const element = document.activeElement
  const label = element.labels?.[0] ?? document.getElementById(element.getAttribute('aria-labelledby') ?? '')
  return (element.getAttribute('aria-label') ?? label?.innerText ?? element.innerText).replace(/\\*$/, '').trim()
})()`
const expectFocus = (page: Page, name: string) =>
  expect.poll(() => page.evaluate<string>(focused), { timeout: 10_000 }).toBe(name)

describe.skipIf(skipsWithout(hasBrowser, 'Chromium'))(
  'forms and dialogs',
  { timeout: 120_000 },
  () => {
    let world: World
    let browser: Browser
    let windows: SignedInWindows

    beforeAll(async () => {
      world = await startWorld()
      browser = await launch()
      windows = signedInWindows(world, browser)
    })
    afterEach(() => windows?.closeOthers())
    afterAll(async () => {
      await browser?.close()
      await world?.stop()
    })

    const settings = ({ id }: Tenant, tab = '') =>
      `${world.url}/t/${id}/settings${tab && `?tab=${tab}`}`
    const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
    const dialogs = (page: Page) => page.getByRole('dialog')
    const invalidFields = (page: Page) =>
      page
        .locator('[aria-invalid="true"]')
        .evaluateAll((fields) =>
          fields.map((field) =>
            (field as unknown as { labels: { innerText: string }[] }).labels[0]!.innerText.replace(
              /\*$/,
              '',
            ).trim(),
          ),
        )
    /** Makes the admin's last Microsoft sign-in too old for changes that give access. */
    const ageSignIn = ({ id }: Tenant) =>
      world.database
        .owner`update identity.session set auth_time = now() - interval '11 minutes' where tenant_id = ${id}`

    test('dialogs take the focus, close with Escape, and give it back', async () => {
      const { tenant } = await openTenant(world)
      await world.grant(tenant)
      await requestAssociation(world, tenant, world.uniview)
      const admin = await windows.admin(tenant)
      const { page } = admin
      await page.goto(settings(tenant, 'tokens'))
      await button(page, 'Create token').click()
      await dialogs(page).getByLabel('Name').fill('SIEM')
      await dialogs(page).getByRole('button', { name: 'Create token' }).click()
      await expectFocus(page, 'Token')
      await button(page, 'Close').click()
      await expectFocus(page, 'Create token')
      for (const [path, opener, first] of [
        ['settings', 'Login with IT Complete: On', 'Cancel'],
        ['settings?tab=partners', 'Add partner', 'Client ID'],
        ['settings?tab=partners', 'Approve', 'Allowed technicians'],
        ['settings?tab=partners', 'Decline', 'Cancel'],
        ['settings?tab=partners', 'Edit access', 'Allowed technicians'],
        ['settings?tab=partners', 'Remove partner', 'Cancel'],
        ['settings?tab=admins', 'Add Spanning Admin', 'Object ID'],
        ['settings?tab=admins', 'Remove Sam Spanning', 'Cancel'],
        ['settings?tab=tokens', 'Create token', 'Name'],
        ['settings?tab=tokens', 'Revoke SIEM', 'Cancel'],
        ['sessions', 'Sign out all technicians', 'Cancel'],
        ['sessions', 'Sign out Gloria Global', 'Cancel'],
        ['activity', 'Export', null],
      ] as const) {
        const url = `${world.url}/t/${tenant.id}/${path}`
        if (page.url() !== url) await page.goto(url)
        const element = page
          .getByRole(opener.includes(':') ? 'switch' : 'button', { name: opener, exact: true })
          .first()
        await element.focus()
        await element.press(opener.includes(':') ? 'Space' : 'Enter')
        await dialogs(page).waitFor()
        if (first) await expectFocus(page, first)
        await page.keyboard.press('Escape')
        await dialogs(page).waitFor({ state: 'detached' })
        await expectFocus(page, opener)
      }
      expect(admin.problems).toEqual([])
    })

    test('after its row is gone, the focus moves to the page’s heading', async () => {
      const { tenant } = await openTenant(world)
      await world.grant(tenant)
      const { page } = await windows.admin(tenant)
      await page.goto(settings(tenant, 'admins'))
      await button(page, 'Remove Sam Spanning').focus()
      await page.keyboard.press('Enter')
      await expectFocus(page, 'Cancel')
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Enter')
      await page.getByText('No Spanning Admins yet.').waitFor()
      await expectFocus(page, 'Settings')
    })

    test('all invalid fields are marked at once, and the first is focused', async () => {
      const { tenant } = await openTenant(world)
      const admin = await windows.admin(tenant)
      const { page } = admin
      await page.goto(settings(tenant, 'partners'))
      await button(page, 'Add partner').click()
      await dialogs(page).getByLabel('Require MFA').fill('43201')
      await button(page, 'Continue').click()
      expect(await invalidFields(page)).toEqual([
        'Client ID',
        'Name at the partner',
        'Require MFA within (minutes)',
      ])
      await expectFocus(page, 'Client ID')
      await dialogs(page).getByLabel('Client ID').fill('nobody')
      await dialogs(page).getByLabel('Name at the partner').fill('con\u202etoso')
      await dialogs(page).getByLabel('Require MFA').fill('60')
      await button(page, 'Continue').click()
      await page.getByText('No partner instance is registered under this client ID.').waitFor()
      await expectFocus(page, 'Client ID')
      expect(await invalidFields(page)).toEqual(['Client ID'])
      await button(page, 'Cancel').click()

      await page.getByRole('tab', { name: 'Spanning Admins' }).click()
      await button(page, 'Add Spanning Admin').click()
      await dialogs(page).getByRole('button', { name: 'Add Spanning Admin' }).click()
      expect(await invalidFields(page)).toEqual(['Object ID', 'User name', 'Name'])
      for (const name of [
        'nora',
        'nora lind@contoso.example',
        'nora@contoso',
        '@contoso.example',
      ]) {
        await dialogs(page).getByLabel('User name').fill(name)
        expect([name, await invalidFields(page)]).toEqual([
          name,
          ['Object ID', 'User name', 'Name'],
        ])
      }
      await dialogs(page).getByLabel('User name').fill('nora_x.example#EXT#@contoso.example')
      await dialogs(page).getByLabel('Object ID').fill(` ${crypto.randomUUID().toUpperCase()} `)
      await dialogs(page).getByRole('textbox', { name: /^Name/ }).fill('Nora\u202e Lind')
      await dialogs(page).getByRole('button', { name: 'Add Spanning Admin' }).click()
      await page.getByText(/^Enter a name: one line .* Remove U\+202E\.$/).waitFor()
      await expectFocus(page, 'Name')
      expect(await invalidFields(page)).toEqual(['Name'])
      // The refusal of an earlier value is not shown for the new one, which was not sent.
      await dialogs(page).getByRole('textbox', { name: /^Name/ }).fill('Nora Lind')
      await dialogs(page).getByLabel('Object ID').fill('1')
      await dialogs(page).getByRole('button', { name: 'Add Spanning Admin' }).click()
      expect(await invalidFields(page)).toEqual(['Object ID'])
      await expectAccessiblePage(admin, 'settings-invalid-fields')
      await button(page, 'Cancel').click()

      await page.getByRole('tab', { name: 'Notifications' }).click()
      const addresses = (count: number) =>
        Array.from({ length: count }, (_, n) => `p${n}@contoso.example`).join(' ; ')
      for (const [typed, message] of [
        ['ops@contoso.example\nit at contoso', '“it at contoso” is not an e-mail address.'],
        ['a@contoso.example, A@contoso.example', '“A@contoso.example” is listed twice.'],
        [addresses(21), 'Enter at most 20 addresses.'],
        [addresses(1_100), 'Enter at most 20 addresses.'],
      ] as const) {
        await page.getByLabel('Notification recipients').fill(typed)
        await button(page, 'Save notifications').click()
        await page.getByText(message).waitFor()
        expect(await invalidFields(page)).toEqual(['Notification recipients'])
      }
      expect(await page.getByText('Variable').count()).toBe(0)
      await page.getByLabel('Notification recipients').fill('')

      await page.goto(`${world.url}/t/${tenant.id}/activity?from=%2B012345-01-01T00:00:00Z`)
      await page.getByLabel('Start date').fill('12345-01-01T00:00')
      await page.getByLabel('Start date').press('Enter')
      await page.getByText('Enter a year of four digits.').waitFor()
      expect(admin.problems).toEqual([])
    })

    test('opening access names who gets access, and asks', async () => {
      const tenant = await world.createTenant()
      const admin = await windows.admin(tenant)
      const { page } = admin
      await page.goto(settings(tenant, 'partners'))
      await button(page, 'Add partner').click()
      await dialogs(page).getByLabel('Client ID').fill(world.vsa.clientId)
      await dialogs(page).getByLabel('Name at the partner').fill('adventure')
      await dialogs(page).getByLabel('Allowed technicians').fill('nw-1\nnw-2')
      await button(page, 'Continue').click()
      await page.getByRole('heading', { name: 'Add Northwind VSA?' }).waitFor()
      await expectFocus(page, 'Cancel')
      const facts = dialogs(page).locator('dd')
      const terms = ['Only nw-1, nw-2', 'Not required by this tenant']
      const shown = ['Northwind VSA, Kaseya VSA', world.vsa.issuer, world.vsa.clientId, ...terms]
      expect(await facts.allInnerTexts()).toEqual(shown)
      await expectAccessiblePage(admin, 'settings-confirm-partner')
      await button(page, 'Back').click()
      await expectFocus(page, 'Client ID')
      await button(page, 'Continue').click()
      await dialogs(page).getByRole('button', { name: 'Add partner' }).click()
      await page.getByText('Active', { exact: true }).waitFor()
      // The refusal of one partner is not shown for another.
      await button(page, 'Add partner').click()
      await dialogs(page).getByLabel('Client ID').fill(world.vsa.clientId)
      await dialogs(page).getByLabel('Name at the partner').fill('adventure')
      await button(page, 'Continue').click()
      await dialogs(page).getByRole('button', { name: 'Add partner' }).click()
      const refusal = page.getByText('This partner instance is already associated')
      await refusal.waitFor()
      await button(page, 'Back').click()
      await dialogs(page).getByLabel('Client ID').fill(world.uniview.clientId)
      await button(page, 'Continue').click()
      await page.getByRole('heading', { name: /^Add Tailspin/ }).waitFor()
      expect(await refusal.count()).toBe(0)
      await button(page, 'Cancel').click()
      await page.getByRole('tab', { name: 'Services' }).click()
      await page.getByRole('switch').click()
      await page.getByRole('heading', { name: 'Turn on Login with IT Complete?' }).waitFor()
      await expectFocus(page, 'Cancel')
      expect(await facts.allInnerTexts()).toEqual(shown)
      await expectAccessiblePage(admin, 'settings-turn-on')
      await button(page, 'Cancel').click()
      await dialogs(page).waitFor({ state: 'detached' })
      expect(await page.getByRole('switch').isChecked()).toBe(false)
      await page.getByRole('switch').click()
      await button(page, 'Turn on').click()
      await page.getByText(/^Turned on /).waitFor()
      expect(admin.problems).toEqual([])
    })

    test('a filled form survives a step-up, for the same user only', async () => {
      const { tenant } = await openTenant(world)
      await world.grant(tenant)
      const { page } = await windows.admin(tenant)
      const input = {
        'Object ID': crypto.randomUUID(),
        'User name': 'nora@contoso.example',
        Name: 'Nora Lind',
      }
      const field = (label: string) =>
        dialogs(page).getByRole('textbox', { name: new RegExp(`^${label}`) })
      const fill = async () => {
        for (const [label, value] of Object.entries(input)) await field(label).fill(value)
      }
      const values = () => Promise.all(Object.keys(input).map((label) => field(label).inputValue()))
      const stepUp = async (user: { username: string; password: string }) => {
        await ageSignIn(tenant)
        await dialogs(page).getByRole('button', { name: 'Add Spanning Admin' }).click()
        await dialogs(page).getByRole('link', { name: 'Sign in again' }).click()
        await signInAtMicrosoft(page, user)
        await page.getByRole('banner').waitFor()
      }
      await page.goto(settings(tenant, 'admins'))
      await button(page, 'Add Spanning Admin').click()
      await fill()
      await stepUp(tenant.globalAdmin)
      expect(await values()).toEqual(Object.values(input))

      await stepUp(tenant.spanningAdmin)
      await button(page, 'Add Spanning Admin').waitFor()
      expect(await dialogs(page).count()).toBe(0)
      expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('Nora')

      await button(page, 'Add Spanning Admin').click()
      await fill()
      await stepUp(tenant.spanningAdmin)
      await dialogs(page).getByRole('button', { name: 'Add Spanning Admin' }).click()
      await page.getByRole('cell', { name: /^Nora Lind/ }).waitFor()
      expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('Nora')
    })

    test('unsaved changes ask before they are lost', async () => {
      const { tenant } = await openTenant(world)
      const { page } = await windows.admin(tenant)
      await page.goto(settings(tenant, 'notifications'))
      const recipients = page.getByLabel('Notification recipients')
      await recipients.fill('ops@contoso.example')
      const question = page.getByRole('heading', { name: 'Discard your changes?' })
      for (const leave of [
        page.getByRole('link', { name: 'Sessions' }),
        page.getByRole('tab', { name: 'Partners' }),
        button(page, 'Sign out'),
      ]) {
        await leave.click()
        await question.waitFor()
        await expectFocus(page, 'Keep editing')
        await button(page, 'Keep editing').click()
        await question.waitFor({ state: 'detached' })
      }
      expect(await recipients.inputValue()).toBe('ops@contoso.example')
      const asked = page.waitForEvent('dialog')
      const reload = page.reload().catch(() => {})
      const prompt = await asked
      expect(prompt.type()).toBe('beforeunload')
      await prompt.dismiss()
      await Promise.race([reload, recipients.waitFor()])
      await page.getByRole('link', { name: 'Sessions' }).click()
      await button(page, 'Discard changes').click()
      await page.getByRole('heading', { name: 'Sessions', exact: true }).waitFor()
      await page.goBack()
      await recipients.waitFor()
      expect(await recipients.inputValue()).toBe('')

      await page.getByRole('tab', { name: 'Partners' }).click()
      await button(page, 'Add partner').click()
      await dialogs(page).getByLabel('Client ID').fill('northwind')
      await page.keyboard.press('Escape')
      await question.waitFor()
      await button(page, 'Keep editing').click()
      expect(await dialogs(page).getByLabel('Client ID').inputValue()).toBe('northwind')
      await button(page, 'Cancel').click()
      await dialogs(page).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'Sessions' }).click()
      await page.getByRole('heading', { name: 'Sessions', exact: true }).waitFor()
    })

    test('sign-out leaves no draft and no page in other tabs', async () => {
      const { tenant } = await openTenant(world)
      const { page, context } = await windows.admin(tenant)
      await page.goto(settings(tenant, 'notifications'))
      const other = await context.newPage()
      await other.goto(settings(tenant, 'notifications'))
      await other.getByLabel('Notification recipients').fill('ops@contoso.example')
      await button(page, 'Sign out').click()
      for (const tab of [page, other]) {
        await tab.getByText('You are signed out.').waitFor()
        expect(await tab.evaluate('JSON.stringify(sessionStorage)')).not.toContain('ops@')
      }
    })
  },
)
