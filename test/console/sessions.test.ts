/** Who is in, and how they are put out, as an admin does it in a browser while the others are at theirs. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type Tenant, type World } from '../support/world.ts'
import { expectGoodPage, hasBrowser, launch } from './support/browser.ts'
import { type People, peopleOf } from './support/signed-in.ts'

const mira = { sub: 'nw-1', name: 'Mira Castellanos', email: 'mira@northwind-it.example' }
const tomas = { sub: 'ts-1', name: 'Tomás Ferreira', email: 'tomas@tailspin.example' }

describe.skipIf(!hasBrowser)('the sessions page', { timeout: 120_000 }, () => {
  let world: World
  let browser: Browser
  let people: People

  beforeAll(async () => {
    world = await startWorld()
    browser = await launch()
    people = peopleOf(world, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  /** A tenant that both partners may come to, one of them with a list. */
  async function openTenant(): Promise<Tenant> {
    const tenant = await world.createTenant('Adventure Freight')
    await world.open(tenant, world.vsa)
    await world.open(tenant, world.uniview, { allowedTechnicians: [tomas.sub] })
    await world.grant(tenant)
    return tenant
  }
  const address = (tenant: Tenant) => `${world.url}/t/${tenant.id}/sessions`

  test('shows who is in by which door and from where, and who could get in; by itself', async () => {
    const tenant = await openTenant()
    const admin = await people.admin(tenant)
    const { page } = admin
    await page.goto(address(tenant))
    await page.getByText('You, here').waitFor()
    const technician = await people.technician(tenant, world.vsa, mira)
    const card = page.getByRole('listitem').filter({ hasText: 'Mira Castellanos' })
    await card.waitFor()
    for (const text of [
      'Kaseya VSA',
      'Technician of Northwind VSA, mira@northwind-it.example',
      'from 127.0.0.1',
    ])
      await card.getByText(text, { exact: true }).waitFor()
    expect(await page.getByRole('listitem').filter({ hasText: 'You, here' }).count()).toBe(1)
    const access = page.getByRole('region', { name: 'Who could get in' })
    await access.getByText('Every technician of this instance.').waitFor()
    await access.getByText('Only these technicians:').waitFor()
    await access.getByText('Sam Spanning').waitFor()
    expect(await access.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringContaining('Sam Spanning'),
      tomas.sub,
    ])
    await expectGoodPage(admin, 'sessions')

    // One of another partner's is none of the technician's business, nor are buttons.
    await people.technician(tenant, world.uniview, tomas)
    await technician.page.goto(address(tenant))
    await technician.page.getByText('You, here').waitFor()
    expect(await technician.page.getByText('Tomás Ferreira').count()).toBe(0)
    expect(await technician.page.getByRole('button', { name: /^End/ }).count()).toBe(0)
    await expectGoodPage(technician, 'sessions-technician')
  })

  test("one is ended: it is gone from the list, and that browser's next act says that it is over", async () => {
    const tenant = await openTenant()
    const admin = await people.admin(tenant)
    const technician = await people.technician(tenant, world.vsa, mira)
    await technician.page.goto(address(tenant))
    await technician.page.getByText('You, here').waitFor()
    await admin.page.goto(address(tenant))
    await admin.page.getByRole('button', { name: 'End the session of Mira Castellanos' }).click()
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await admin.page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await admin.page.getByText('Mira Castellanos', { exact: true }).count()).toBe(1)
    await admin.page.getByRole('button', { name: 'End the session of Mira Castellanos' }).click()
    await expectGoodPage(admin, 'end-session')
    await admin.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
    await admin.page.getByText('Mira Castellanos', { exact: true }).waitFor({ state: 'detached' })
    await technician.page.getByRole('link', { name: 'Activity log' }).click()
    await technician.page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
    expect(await technician.page.getByText('Adventure Freight').count()).toBeGreaterThan(0)
  })

  test('all from VSA and UniView are ended at once, and the admins stay', async () => {
    const tenant = await openTenant()
    const admin = await people.admin(tenant)
    const technicians = [
      await people.technician(tenant, world.vsa, mira),
      await people.technician(tenant, world.uniview, tomas),
    ]
    for (const { page } of technicians) {
      await page.goto(address(tenant))
      await page.getByText('You, here').waitFor()
    }
    await admin.page.goto(address(tenant))
    await admin.page.getByText('Tomás Ferreira').waitFor()
    await admin.page.getByRole('button', { name: 'End all from VSA and UniView' }).click()
    await admin.page
      .getByRole('dialog')
      .getByText('2 sessions that you see here end at once', { exact: false })
      .waitFor()
    await admin.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
    await admin.page.getByText('Mira Castellanos').waitFor({ state: 'detached' })
    expect(await admin.page.getByText('Tomás Ferreira').count()).toBe(0)
    await admin.page.getByText('You, here').waitFor()
    for (const { page } of technicians) {
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
    }
  })

  test("one's own session is ended after a warning, and the page says so at once", async () => {
    const tenant = await openTenant()
    const { page } = await people.admin(tenant)
    await page.goto(address(tenant))
    await page.getByRole('listitem').filter({ hasText: 'You, here' }).getByRole('button').click()
    await page.getByRole('dialog').getByText('You are signed out at once.').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  })
})
