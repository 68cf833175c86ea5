/** Visits every page of the console's route table in Chromium and opens everything on it. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { skipsWithout } from '../support/requirements.ts'
import { requestAssociation } from '../support/tenants.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'
import { expectAccessiblePage, hasBrowser, launch } from './support/browser.ts'
import { type SignedInWindows, signedInWindows } from './support/signed-in.ts'

/**
 * The controls that open something or change the view: an event, which stands for all events, and
 * then everything that may filter the events. Tabs are selected before.
 */
const eventLink = 'main [data-event] a >> nth=0'
const controls = [
  eventLink,
  'main :is(button:not([role=tab], [aria-label="Chart"] *), [role=switch], [role=combobox])',
  'main [aria-label="Chart"] button >> nth=-1',
]

describe.skipIf(skipsWithout(hasBrowser, 'Chromium'))(
  'a tour of the console',
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

    /** A tenant with two partners, both of which restrict their technicians. */
    async function openTenant(): Promise<Tenant> {
      const tenant = await world.createTenant('Adventure Freight')
      await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-1'] })
      await world.open(tenant, world.uniview, { allowedTechnicians: ['ts-1'] })
      await world.grant(tenant)
      return tenant
    }

    /** Returns the titles of the dialogs that opened, and the errors in answers of the API. */
    async function tour(page: Page, tenant: Tenant) {
      const errors: unknown[] = []
      const dialogs = new Set<string>()
      const running = new Set<unknown>()
      page.on('request', (request) => running.add(request))
      page.on('requestfailed', (request) => running.delete(request))
      page.on('requestfinished', async (request) => {
        const answer = request.url().endsWith('/graphql')
          ? await (await request.response())!.json().catch(() => null)
          : null
        if (answer?.errors) errors.push(request.postDataJSON().query, answer.errors)
        running.delete(request)
      })
      const settled = () => expect.poll(() => running.size, { interval: 20 }).toBe(0)
      const useAll = async (selector: string) => {
        const control = page.locator(selector)
        for (let n = 0; n < (await control.count()); n++) {
          const one = control.nth(n)
          if (!(await one.isVisible()) || !(await one.isEnabled())) continue
          await one.click()
          const dialog = page.getByRole('dialog')
          if (selector === eventLink) await dialog.getByText('Request ID').waitFor()
          await settled()
          if (await dialog.count())
            dialogs.add(await dialog.getByRole('heading').first().innerText())
          await expect
            .poll(async () => {
              await page.keyboard.press('Escape')
              return page.locator('[role=dialog], [role=listbox], [role=menu]').count()
            })
            .toBe(0)
        }
      }
      const [row] = await activityRows(world.database, { tenantId: tenant.id })
      await page.goto(`${world.url}/t/${tenant.id}/settings`)
      const routes = await page.evaluate<string[]>('Object.keys(__TSR_ROUTER__.routesByPath)')
      expect(routes).toContain('/t/$tenantId/activity/$eventId')
      for (const route of routes) {
        const path = route.replace('$tenantId', tenant.id).replace('$eventId', row!.event_id)
        const response = await page.goto(world.url + path, { waitUntil: 'networkidle' })
        expect([path, response!.status()]).toEqual([expect.not.stringContaining('$'), 200])
        const tabs = await page.getByRole('tab').all()
        for (const tab of tabs.length ? tabs : [null]) {
          await tab?.click()
          for (const selector of controls) await useAll(selector)
        }
      }
      return { dialogs: [...dialogs], errors }
    }

    const denied = async (tenant: Tenant) =>
      (await activityRows(world.database, { tenantId: tenant.id })).filter(
        ({ outcome }) => outcome !== 'SUCCEEDED',
      )

    test('of a technician asks for nothing that the technician may not read', async () => {
      const tenant = await openTenant()
      const { page, problems } = await windows.technician(tenant, world.vsa)
      const { dialogs, errors } = await tour(page, tenant)
      expect([errors, await denied(tenant), problems]).toEqual([[], [], []])
      expect(dialogs).toEqual(
        expect.arrayContaining(['Turn off Login with IT Complete?', 'Viewed the Activity log']),
      )
      const reads = await activityRows(world.database, {
        tenantId: tenant.id,
        action: 'operation.read',
      })
      const fields = reads.flatMap(({ changes: [change] }) => change!.after as string[])
      expect(fields).toContain('tenant.partnerAssociations')
      expect(fields).not.toContain('tenant.apiTokens')
    })

    test('of an admin is answered without an error', async () => {
      const tenant = await openTenant()
      const { page, problems } = await windows.admin(tenant)
      const { dialogs, errors } = await tour(page, tenant)
      expect([errors, await denied(tenant), problems]).toEqual([[], [], []])
      expect(dialogs).toEqual(
        expect.arrayContaining([
          'Turn off Login with IT Complete?',
          'Add partner',
          'Add Spanning Admin',
          'Create API token',
          'Sign out all technicians?',
          'Export the Activity log',
        ]),
      )
    })

    test('of a partner request: badges lead to it, and it says that it waits', async () => {
      const tenant = await world.createTenant('Adventure Freight')
      await requestAssociation(world, tenant, world.uniview)
      const window = await windows.admin(tenant, tenant.globalAdmin, {
        viewport: { width: 390, height: 844 },
      })
      const { page } = window
      await page.goto(`${world.url}/t/${tenant.id}/settings`)
      const badge = page.getByRole('img', { name: '1 partner pending approval' })
      await page.getByRole('tab').and(page.locator(':has(img, [role=img])')).waitFor()
      expect(await badge.count()).toBe(2)
      // The header has one line with the tenant and the user, and one with the navigation.
      expect((await page.locator('header').boundingBox())!.height).toBeLessThan(110)
      for (const name of ['Sign out', 'Use dark theme'])
        expect((await page.getByRole('button', { name }).boundingBox())!.y).toBeLessThan(50)

      await page.getByRole('tab', { name: 'Partners' }).click()
      const waiting = page.getByText('Pending approval', { exact: true })
      await waiting.waitFor()
      const wraps = await waiting.evaluate((badge) => badge.scrollHeight > badge.clientHeight)
      expect(wraps).toBe(false)
      await expectAccessiblePage(window, 'partner-request')
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('button', { name: 'Approve partner' }).click()
      await page.getByText('Active', { exact: true }).waitFor()
      await badge.first().waitFor({ state: 'detached' })
      expect(await badge.count()).toBe(0)

      // This service has no mail server.
      await page.getByRole('tab', { name: 'Notifications' }).click()
      await page.getByText('No emails are sent.').waitFor()
      await page.getByLabel('Weekly').click()
      await page.getByRole('button', { name: 'Save notifications' }).click()
      await page.getByText('No email is sent about the change.').waitFor()
      await expectAccessiblePage(window, 'mail-off')
    })
  },
)
