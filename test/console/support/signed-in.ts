/**
 * Browser windows that are signed in to a tenant of the test's world. The sign-in itself is done
 * over HTTP, which is faster.
 */
import type { BrowserContextOptions, Browser as Chromium, Page } from 'playwright-core'
import { Browser } from '../../../demo/browser.ts'
import type { EntraUser } from '../../../demo/entra.ts'
import type { Technician } from '../../../demo/partner.ts'
import type { Partner, Tenant, World } from '../../support/world.ts'
import { type BrowserWindow, openWindow } from './browser.ts'

export interface SignedInWindows {
  admin(tenant: Tenant, user?: EntraUser, options?: BrowserContextOptions): Promise<BrowserWindow>
  technician(tenant: Tenant, partner: Partner, technician?: Technician): Promise<BrowserWindow>
  /** Closes all windows except this one. Open windows poll, which slows other tests down. */
  closeOthers(kept?: BrowserWindow): Promise<void>
}

export function signedInWindows(world: World, chromium: Chromium): SignedInWindows {
  const open = new Set<BrowserWindow>()
  async function withSession(
    tenant: Tenant,
    browser: Browser,
    options?: BrowserContextOptions,
  ): Promise<BrowserWindow> {
    const window = await openWindow(chromium, new Set([new URL(world.url).host]), options)
    open.add(window)
    const name = `session-${tenant.id}`
    await window.context.addCookies([{ name, value: browser.cookie(name)!, url: world.url }])
    return window
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
    async closeOthers(kept) {
      for (const window of open)
        if (window !== kept) {
          open.delete(window)
          await window.context.close()
        }
    },
  }
}

/** Ids of the events in the list, from top to bottom. */
export const shownEventIds = (page: Page): Promise<string[]> =>
  page
    .locator('[data-event]')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-event')!))
