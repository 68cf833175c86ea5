/** Windows of people who are signed in to a tenant of a test's world. */
import type { BrowserContextOptions, Browser as Chromium, Page } from 'playwright-core'
import { Browser } from '../../../demo/browser.ts'
import type { EntraUser } from '../../../demo/entra.ts'
import type { Technician } from '../../../demo/partner.ts'
import type { Partner, Tenant, World } from '../../support/world.ts'
import { type Visit, visit } from './browser.ts'

export interface People {
  admin(tenant: Tenant, user?: EntraUser, options?: BrowserContextOptions): Promise<Visit>
  technician(tenant: Tenant, partner: Partner, technician?: Technician): Promise<Visit>
}

export function peopleOf(world: World, chromium: Chromium): People {
  async function withSession(
    tenant: Tenant,
    browser: Browser,
    options?: BrowserContextOptions,
  ): Promise<Visit> {
    const person = await visit(chromium, new Set([new URL(world.url).host]), options)
    const name = `session-${tenant.id}`
    await person.context.addCookies([{ name, value: browser.cookie(name)!, url: world.url }])
    return person
  }
  return {
    async admin(tenant, { username, password } = tenant.globalAdmin, options) {
      const browser = new Browser()
      const page = await browser.open(`${world.url}/login/microsoft?tenant=${tenant.id}`)
      await browser.submit(page, { username, password })
      return withSession(tenant, browser, options)
    },
    technician: async (tenant, partner, technician) =>
      withSession(tenant, await world.connectBrowser(tenant, partner, technician)),
  }
}

/** What the events of the list are, from its top. */
export const shownEvents = (page: Page): Promise<string[]> =>
  page
    .locator('[data-event]')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-event')!))
