/**
 * The sessions page in Chromium: an admin uses the page in one browser while technicians work in
 * other browsers.
 */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { skipsWithout } from '../support/requirements.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'
import { expectAccessiblePage, hasBrowser, launch } from './support/browser.ts'
import { type SignedInWindows, signedInWindows } from './support/signed-in.ts'

const mira = { sub: 'nw-1', name: 'Mira Castellanos', email: 'mira@northwind-it.example' }
const tomas = { sub: 'ts-1', name: 'Tomás Ferreira', email: 'tomas@tailspin.example' }

describe.skipIf(skipsWithout(hasBrowser, 'Chromium'))(
  'the sessions page',
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

    /** A tenant with two partners, one of which has a list of allowed technicians. */
    async function openTenant(): Promise<Tenant> {
      const tenant = await world.createTenant('Adventure Freight')
      await world.open(tenant, world.vsa)
      await world.open(tenant, world.uniview, { allowedTechnicians: [tomas.sub] })
      await world.grant(tenant)
      return tenant
    }
    const address = (tenant: Tenant) => `${world.url}/t/${tenant.id}/sessions`

    test('new sessions appear without reload; access is listed by sign-in method', async () => {
      const tenant = await openTenant()
      const admin = await windows.admin(tenant)
      const { page } = admin
      await page.goto(address(tenant))
      await page.getByText('This session').waitFor()
      const technician = await windows.technician(tenant, world.vsa, mira)
      const card = page.getByRole('listitem').filter({ hasText: 'Mira Castellanos' })
      await card.waitFor()
      for (const text of [
        'Kaseya VSA',
        'Technician of Northwind VSA, mira@northwind-it.example',
        'IP address: 127.0.0.1',
      ])
        await card.getByText(text, { exact: true }).waitFor()
      expect(await page.getByRole('listitem').filter({ hasText: 'This session' }).count()).toBe(1)
      const access = page.getByRole('region', { name: 'Who has access' })
      await access.getByText('All technicians').waitFor()
      await access.getByText('Only these technicians:').waitFor()
      await access.getByText('Sam Spanning').waitFor()
      expect(await access.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringContaining('Sam Spanning'),
        tomas.sub,
      ])
      await expectAccessiblePage(admin, 'sessions')

      // A technician sees no technicians of other partners and no buttons to sign people out.
      await windows.technician(tenant, world.uniview, tomas)
      await technician.page.goto(address(tenant))
      await technician.page.getByText('This session').waitFor()
      expect(await technician.page.getByText('Tomás Ferreira').count()).toBe(0)
      expect(await technician.page.getByRole('listitem').getByRole('button').count()).toBe(0)
      await expectAccessiblePage(technician, 'sessions-technician')
    })

    test('a signed-out technician leaves the list and sees why within seconds', async () => {
      const tenant = await openTenant()
      const admin = await windows.admin(tenant)
      const technician = await windows.technician(tenant, world.vsa, mira)
      await technician.page.goto(address(tenant))
      await technician.page.getByText('This session').waitFor()
      await admin.page.goto(address(tenant))
      await admin.page.getByRole('button', { name: 'Sign out Mira Castellanos' }).click()
      await admin.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      await admin.page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await admin.page.getByText('Mira Castellanos', { exact: true }).count()).toBe(1)
      await admin.page.getByRole('button', { name: 'Sign out Mira Castellanos' }).click()
      await expectAccessiblePage(admin, 'sign-out-technician')
      await admin.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
      await admin.page.getByText('Mira Castellanos', { exact: true }).waitFor({ state: 'detached' })
      // The page polls, so it notices by itself.
      await technician.page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
      expect(await technician.page.getByText('Adventure Freight').count()).toBeGreaterThan(0)
    })

    test('all technicians are signed out at once; admins stay signed in', async () => {
      const tenant = await openTenant()
      const admin = await windows.admin(tenant)
      const technicians = [
        await windows.technician(tenant, world.vsa, mira),
        await windows.technician(tenant, world.uniview, tomas),
      ]
      for (const { page } of technicians) {
        await page.goto(address(tenant))
        await page.getByText('This session').waitFor()
      }
      await admin.page.goto(address(tenant))
      await admin.page.getByText('Tomás Ferreira').waitFor()
      await admin.page.getByRole('button', { name: 'Sign out all technicians' }).click()
      await admin.page
        .getByRole('dialog')
        .getByText('2 sessions in the list', { exact: false })
        .waitFor()
      await admin.page
        .getByRole('dialog')
        .getByRole('button', { name: 'Sign out all technicians' })
        .click()
      await admin.page.getByText('Mira Castellanos').waitFor({ state: 'detached' })
      expect(await admin.page.getByText('Tomás Ferreira').count()).toBe(0)
      await admin.page.getByText('This session').waitFor()
      for (const { page } of technicians) {
        // The page polls, so it notices by itself.
        await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
      }
    })

    test('an admin can end their own session after a warning', async () => {
      const tenant = await openTenant()
      const { page } = await windows.admin(tenant)
      await page.goto(address(tenant))
      await page
        .getByRole('listitem')
        .filter({ hasText: 'This session' })
        .getByRole('button')
        .click()
      await page.getByRole('dialog').getByText('You are signed out immediately.').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
    })
  },
)
