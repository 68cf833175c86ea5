/** The Activity log as a person uses it, in Chromium: filters, chart, paging, what comes in meanwhile, proofs, exports. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Proof, ShownEvent } from '../../console/src/proof/verify-event.ts'
import { sealed, seed } from '../support/activity.ts'
import { updateServices } from '../support/documents.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'
import { expectGoodPage, hasBrowser, launch, type Visit } from './support/browser.ts'
import { type People, peopleOf, shownEvents } from './support/signed-in.ts'

const dayMs = 86_400_000
/** At noon, so that a day is a day wherever the test runs. */
const noon = (daysAgo: number) =>
  new Date(Math.floor(Date.now() / dayMs - daysAgo) * dayMs + dayMs / 2).toISOString()
const technician = { sub: 'nw-1', name: 'Mira Castellanos', email: 'mira@northwind-it.example' }

describe.skipIf(!hasBrowser)('the Activity log', { timeout: 120_000 }, () => {
  let world: World
  let browser: Browser
  let people: People
  let tenant: Tenant
  let admin: Visit
  const address = (query = '') => `${world.url}/t/${tenant.id}/activity${query}`

  beforeAll(async () => {
    world = await startWorld()
    browser = await launch()
    people = peopleOf(world, browser)
    tenant = await world.createTenant('Adventure Freight')
    const rows = Array.from({ length: 60 }, (_, n) => ({
      at: noon((n % 20) + 2),
      action: n % 3 ? 'notification.sent' : 'handoff.created',
      outcome:
        n === 5 || n === 25
          ? ('DENIED' as const)
          : n === 8
            ? ('FAILED' as const)
            : ('SUCCEEDED' as const),
      name: 'Notifications',
    }))
    await seed(world, tenant, rows)
    await world.open(tenant, world.vsa)
    await changeServices(await world.connect(tenant, world.vsa, technician))
    admin = await people.admin(tenant)
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  async function changeServices(who: { bearer: string }, of = tenant): Promise<void> {
    const query = 'query ($id: ID!) { tenant(id: $id) { settings { version services { mail } } } }'
    const { version, services } = (await world.ask(who, query, { id: of.id })).data.tenant.settings
    const input = { tenantId: of.id, expectedVersion: version, mail: !services.mail }
    expect(
      (await world.ask(who, updateServices, { input })).data.updateServiceSettings.userErrors,
    ).toEqual([])
  }
  const total = (page: Page, count: number) =>
    page.getByText(`${count} events`, { exact: true }).waitFor()
  const query = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)

  test('axe finds nothing, and it fits', async () => {
    const { page } = admin
    await page.goto(address())
    await page.getByRole('link', { name: 'Change what is backed up' }).waitFor()
    await page.getByRole('button', { name: /^Succeeded \d/ }).waitFor()
    await expectGoodPage(admin, 'activity-log')
    await page.getByRole('button', { name: 'Show as table' }).click()
    await expectGoodPage(admin, 'activity-log-table')
  })

  test('filters stand in the address bar: a link shows them, and so do reload and back', async () => {
    const { page } = admin
    await page.goto(address('?outcome=DENIED'))
    await total(page, 2)
    const denied = await shownEvents(page)
    await page.getByLabel('Words in who, what and changes').fill('notifications')
    await page.getByLabel('Words in who, what and changes').press('Enter')
    await page.waitForURL(/words=notifications/)
    await page.getByRole('button', { name: 'Remove Denied' }).waitFor()
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByRole('link', { name: 'Change what is backed up' }).waitFor()
    expect(query(page)).toEqual({})
    await page.goBack()
    await page.getByRole('button', { name: 'Remove “notifications”' }).waitFor()
    await page.goBack()
    await total(page, 2)
    expect(await shownEvents(page)).toEqual(denied)
    await page.reload()
    await total(page, 2)
    expect(await shownEvents(page)).toEqual(denied)
    await page.goForward()
    await page.getByRole('button', { name: 'Remove “notifications”' }).waitFor()
    expect(admin.problems).toEqual([])
  })

  test('every member of the filter can be chosen, and what cannot be meant is left out', async () => {
    const { page } = admin
    await page.goto(address('?outcome=NO_SUCH&door=1&from=yesterday&session=&event='))
    await page.getByRole('link', { name: 'Change what is backed up' }).waitFor()
    expect(await page.getByRole('button', { name: 'Clear all' }).count()).toBe(0)
    await page.getByRole('combobox', { name: 'Door' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Kaseya VSA' }).click()
    await page.keyboard.press('Escape')
    await page.waitForURL(/door=/)
    await page.getByRole('combobox', { name: 'Action' }).pressSequentially('backed up')
    await page.getByRole('menuitemcheckbox', { name: /service_settings.updated/ }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: 'Who' }).pressSequentially('Mira')
    await page.getByRole('menuitemcheckbox', { name: /Mira Castellanos/ }).click()
    await page.keyboard.press('Escape')
    await page.getByText('1 event', { exact: true }).waitFor()
    await page.getByLabel('Before').fill('2020-01-01T00:00')
    await page.getByLabel('Before').press('Enter')
    await page.getByText('No event is like that.', { exact: false }).waitFor()
    const { door, action, actor, to } = query(page)
    expect([door, action, actor, to!.slice(0, 10)]).toEqual([
      '["KASEYA_VSA"]',
      '["service_settings.updated"]',
      `["partner:${world.vsa.clientId}:nw-1"]`,
      expect.stringMatching(/^20(19-12-31|20-01-01)$/),
    ])
  })

  test('a bar of the chart filters by its day, a part of it by the outcome too; by mouse, by keyboard, and in the table', async () => {
    const { page } = admin
    await page.goto(address())
    const bar = page.getByRole('button', { name: /1 succeeded, 2 denied, 0 failed$/ })
    await bar.first().locator('[data-outcome=DENIED]').click()
    await total(page, 2)
    expect(query(page)).toMatchObject({
      outcome: '["DENIED"]',
      from: noon(7).replace('T12', 'T00'),
    })
    await page.goBack()

    const bars = page.getByRole('toolbar', { name: 'Bars' }).getByRole('button')
    await bars.first().focus()
    for (let n = 0; n < 22; n++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await total(page, 3)
    expect(query(page)).toEqual({
      from: noon(7).replace('T12', 'T00'),
      to: noon(6).replace('T12', 'T00'),
    })

    await page.goto(address())
    await page.getByRole('button', { name: 'Show as table' }).click()
    await page
      .getByRole('button', { name: /: 1 failed$/ })
      .first()
      .click()
    await page.getByText('1 event', { exact: true }).waitFor()
    expect(query(page)).toMatchObject({ outcome: '["FAILED"]' })
    await page.goto(address())
    await page.getByRole('button', { name: /^Failed \d/ }).click()
    await page.getByText('1 event', { exact: true }).waitFor()
  })

  test('paging reaches every event once while new ones come in', async () => {
    const own = await world.createTenant()
    const before = await seed(
      world,
      own,
      Array.from({ length: 230 }, (_, n) => ({
        at: new Date(Date.now() - n * 1_000).toISOString(),
      })),
    )
    const { page, problems } = await people.admin(own)
    await page.goto(`${world.url}/t/${own.id}/activity`)
    await page.getByText('Load more').waitFor()
    let comesIn = true
    const coming = (async () => {
      for (let n = 0; comesIn && n < 50; n++)
        await seed(world, own, [{ at: new Date().toISOString() }])
    })()
    await page.getByText('Load more').focus()
    while ((await page.getByText('the log begins here', { exact: false }).count()) === 0) {
      await page
        .getByText('Load more')
        .click({ timeout: 2_000 })
        .catch(() => {})
    }
    comesIn = false
    await coming
    const shown = await shownEvents(page)
    expect(shown.length).toBe(new Set(shown).size)
    expect(before.filter((id) => !shown.includes(id))).toEqual([])
    const newer = page.getByRole('button', { name: /new events?$/ })
    await newer.click()
    await newer.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })

  test('a new event appears without reloading; where somebody reads further down, nothing moves until they ask', async () => {
    const own = await world.createTenant()
    await world.open(own, world.vsa)
    await seed(
      world,
      own,
      Array.from({ length: 60 }, (_, n) => ({
        at: new Date(Date.now() - (n + 1) * 60_000).toISOString(),
      })),
    )
    const { page, problems } = await people.admin(own)
    await page.goto(`${world.url}/t/${own.id}/activity`)
    await page.getByText('Load more').waitFor()
    const tech = await world.connect(own, world.vsa, technician)
    await changeServices(tech, own)
    await page.getByRole('link', { name: 'Change what is backed up' }).waitFor()

    // Into a list that was empty as well, and only what the filter means.
    const filtered = (await people.admin(own)).page
    await filtered.goto(`${world.url}/t/${own.id}/activity?action=spanning_admin.*`)
    await filtered.getByText('No event is like that.', { exact: false }).waitFor()
    await world.grant(own)
    await filtered.getByRole('link', { name: 'Make somebody a Spanning Admin' }).waitFor()
    expect(await shownEvents(filtered)).toHaveLength(1)
    await expect
      .poll(() => page.getByRole('link', { name: 'Make somebody a Spanning Admin' }).count(), {
        timeout: 15_000,
      })
      .toBe(1)

    await page.mouse.wheel(0, 1_500)
    await page.waitForFunction('scrollY > 500')
    const shown = await shownEvents(page)
    const read = page.locator('[data-event]').nth(20)
    const where = (await read.boundingBox())!.y
    await changeServices(tech, own)
    const pill = page.getByRole('button', { name: '1 new event' })
    await pill.waitFor()
    expect((await shownEvents(page)).slice(0, shown.length)).toEqual(shown)
    expect((await read.boundingBox())!.y).toBe(where)
    await pill.click()
    await expect
      .poll(() => page.getByRole('link', { name: 'Change what is backed up' }).count(), {
        timeout: 15_000,
      })
      .toBe(2)

    // Whoever wants it to stand still has a switch.
    await page.getByRole('switch', { name: 'Live' }).click()
    await changeServices(tech, own)
    await sealed(world, own)
    expect(await page.getByRole('link', { name: 'Change what is backed up' }).count()).toBe(2)
    await page.getByRole('switch', { name: 'Live' }).click()
    await expect
      .poll(() => page.getByRole('link', { name: 'Change what is backed up' }).count(), {
        timeout: 15_000,
      })
      .toBe(3)
    expect(problems).toEqual([])
  })

  describe("an event's story", () => {
    async function openStory(page: Page): Promise<void> {
      await page.goto(address('?action=service_settings.updated'))
      await page.getByRole('link', { name: 'Change what is backed up' }).click()
      await page.getByRole('dialog').getByText('Mira Castellanos').waitFor()
    }
    /** What each step of the verification says. */
    async function verified(page: Page): Promise<Record<string, string>> {
      await page.getByRole('button', { name: 'Verify in this browser' }).click()
      await page.locator('[data-step=history]').waitFor()
      const steps = await page
        .locator('[data-step]')
        .evaluateAll((lines) =>
          lines.map((line) => [
            line.getAttribute('data-step')!,
            line.getAttribute('data-outcome')!,
          ]),
        )
      return Object.fromEntries(steps)
    }
    const good = {
      shown: 'passed',
      personal: 'passed',
      leaf: 'passed',
      path: 'passed',
      checkpoint: 'passed',
      signature: 'passed',
    }

    test('is told whole, verified in the browser, at an address of its own', async () => {
      const person = await people.admin(tenant, tenant.globalAdmin, {
        viewport: { width: 1280, height: 1600 },
      })
      const { page } = person
      await openStory(page)
      const story = page.getByRole('dialog')
      for (const text of [
        'mira@northwind-it.example',
        'Kaseya VSA identity nw-1',
        'Technician of Northwind VSA',
        '127.0.0.1',
      ])
        await story.getByText(text, { exact: true }).first().waitFor()
      expect(await story.getByRole('row').allInnerTexts()).toEqual([
        expect.stringContaining('Before'),
        expect.stringMatching(/mail\s+on\s+off/),
      ])
      expect(await verified(page)).toEqual({ ...good, history: 'unknown' })
      await story.getByText('In order.', { exact: true }).waitFor()
      await expectGoodPage(person, 'event-verified')
      expect(query(page).event).toMatch(/^[0-9a-f-]{36}$/)

      // What this browser saw of the log it remembers, and finds it continued.
      await story.getByRole('link', { name: 'Open as a page' }).click()
      await page.waitForURL(/\/activity\/[0-9a-f-]{36}$/)
      await seed(world, tenant, [{ at: noon(1) }])
      await page.reload()
      await page.getByRole('heading', { level: 1, name: 'Change what is backed up' }).waitFor()
      expect(await verified(page)).toEqual({ ...good, history: 'passed' })
      await expectGoodPage(person, 'event-page')

      // A log that does not continue what was seen of it was rewritten, however well it is signed.
      await seed(world, tenant, [{ at: noon(1) }])
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch()
        const answer = await response.json()
        const path = answer.data?.tenant?.activityCheckpoint?.consistencyPath
        if (path) path[0] = path.at(-1)
        await route.fulfill({ response, json: answer })
      })
      await page.reload()
      expect(await verified(page)).toEqual({ ...good, history: 'failed' })
      await person.context.close()
    })

    test('closes by Escape and by back, and the list stands where it was', async () => {
      const { page } = admin
      await page.goto(address())
      await page.getByRole('link', { name: 'Change what is backed up' }).first().click()
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(query(page).event).toBeUndefined()
      await expect
        .poll(() => page.evaluate<string>('document.activeElement.textContent'))
        .toBe('Change what is backed up')
      await page.goBack()
      await page.getByRole('dialog').waitFor()
    })

    const spoil = (base64: string) => `${base64.startsWith('A') ? 'B' : 'A'}${base64.slice(1)}`
    interface Alteration {
      what: string
      shown?: (event: ShownEvent) => Partial<ShownEvent>
      proof?: (proof: Proof) => Partial<Proof>
      failing: string[]
    }
    const another = (text: string) => text.replace(/"requestId":"[^"]+"/, '"requestId":"another"')
    const longer = (note: string) => note.replace(/\n(\d+)\n/, '\n1$1\n')
    const alterations: Alteration[] = [
      {
        what: 'the time that is shown',
        shown: () => ({ occurredAt: '2026-01-01T00:00:00.000Z' }),
        failing: ['shown'],
      },
      {
        what: 'a change that is shown',
        shown: ({ changes: [change] }) => ({ changes: [{ ...change!, after: true }] }),
        failing: ['personal'],
      },
      {
        what: 'a name that is shown',
        shown: ({ actor }) => ({ actor: { ...actor, displayName: 'Eve' } }),
        failing: ['personal'],
      },
      {
        what: 'what is shown and what was hashed, alike',
        shown: () => ({ requestId: 'another' }),
        proof: ({ canonicalEvent }) => ({ canonicalEvent: another(canonicalEvent) }),
        failing: ['leaf', 'path'],
      },
      {
        what: 'a hash of the path',
        proof: ({ inclusionPath: [first, ...path] }) => ({
          inclusionPath: [spoil(first!), ...path],
        }),
        failing: ['path'],
      },
      {
        what: 'the note',
        proof: ({ checkpoint }) => ({
          checkpoint: { ...checkpoint, note: longer(checkpoint.note) },
        }),
        failing: ['checkpoint', 'signature'],
      },
    ]
    test('whatever is altered on the way is found, at the step where it does not hold', async () => {
      const { page, context } = await people.admin(tenant)
      let { shown, proof }: Partial<Alteration> = {}
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch()
        const answer = await response.json()
        const event = answer.data?.activityEvent
        if (event?.action && shown) Object.assign(event, shown(event))
        if (event?.integrity && proof) Object.assign(event.integrity, proof(event.integrity))
        await route.fulfill({ response, json: answer })
      })
      await openStory(page)
      const own = page.url()
      for (const alteration of alterations) {
        ;({ shown, proof } = alteration)
        await page.goto(own)
        const steps = await verified(page)
        const failing = Object.keys(steps).filter((name) => steps[name] === 'failed')
        expect([alteration.what, failing]).toEqual([alteration.what, alteration.failing])
        await page.getByText('Not in order.', { exact: true }).waitFor()
      }
      await context.close()
    })
  })

  test('an export is downloaded with one click more, and passes verification', async () => {
    const { page } = admin
    await page.goto(address())
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('dialog').getByText('All events.', { exact: false }).waitFor()
    await expectGoodPage(admin, 'export')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^activity-[\d-]+\.ndjson$/)
    await page
      .getByRole('dialog')
      .getByText(/^\d+ events$/)
      .waitFor()
    const keys = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text()).trim()
    const path = await download.path()
    const verify = promisify(execFile)(process.execPath, [
      'verify-cli/main.ts',
      path,
      '--key',
      keys,
    ])
    const { stdout } = await verify
    expect(stdout).toMatch(/^In order: \d+ events/m)
    const count = (await readFile(path, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{"sequence":')).length
    await page.getByRole('dialog').getByText(`${count} events`, { exact: true }).waitFor()
  })

  test('a filtered export holds what the list shows', async () => {
    const { page } = admin
    await page.goto(address('?outcome=DENIED'))
    await total(page, 2)
    const shown = await shownEvents(page)
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('radio', { name: /^CSV/ }).check()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n').slice(1, -1) // the last is the manifest
    expect(lines.map((line) => line.split(',')[1]).toSorted()).toEqual(
      shown.map((id) => `"${id}"`).toSorted(),
    )
  })

  test('a technician is told what they may not, and has no button for it', async () => {
    const visit = await people.technician(tenant, world.vsa, technician)
    const { page, problems } = visit
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.postData() ?? ''))
    await page.goto(address())
    await page.getByRole('link', { name: 'Change what is backed up' }).first().click()
    await page.getByText('Proofs are given to the tenant’s admins.', { exact: false }).waitFor()
    for (const name of ['Verify in this browser', 'Export'])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    // It looks for new events all the same.
    await page.waitForRequest((request) => /query ActivityPage/.test(request.postData() ?? ''))
    expect(asked.filter((text) => /activityTail|activityCheckpoint|integrity/.test(text))).toEqual(
      [],
    )
    expect(problems).toEqual([])
    const denied = await world.log(tenant, { actions: ['authorization.denied'] })
    expect(denied).toEqual([])
    await expectGoodPage(visit, 'event-technician')
  })
})
