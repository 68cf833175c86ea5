/** The Activity log in Chromium: filters, chart, paging, live updates, verification and exports. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Proof, ShownEvent } from '../../console/src/proof/event-checks.ts'
import { sealed, seed } from '../support/activity.ts'
import { updateServices } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { skipsWithout } from '../support/requirements.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'
import { type BrowserWindow, expectAccessiblePage, hasBrowser, launch } from './support/browser.ts'
import { type SignedInWindows, shownEventIds, signedInWindows } from './support/signed-in.ts'

const dayMs = 86_400_000
/** Noon in UTC, so that the event is in the middle of its UTC day. */
const noon = (daysAgo: number) =>
  new Date(Math.floor(Date.now() / dayMs - daysAgo) * dayMs + dayMs / 2).toISOString()
const technician = { sub: 'nw-1', name: 'Mira Castellanos', email: 'mira@northwind-it.example' }

describe.skipIf(skipsWithout(hasBrowser, 'Chromium'))(
  'the Activity log',
  { timeout: 120_000 },
  () => {
    let world: World
    let browser: Browser
    let windows: SignedInWindows
    let tenant: Tenant
    let admin: BrowserWindow
    const address = (query = '') => `${world.url}/t/${tenant.id}/activity${query}`

    beforeAll(async () => {
      world = await startWorld()
      browser = await launch()
      windows = signedInWindows(world, browser)
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
      admin = await windows.admin(tenant)
    })
    afterEach(() => windows?.closeOthers(admin))
    afterAll(async () => {
      await browser?.close()
      await world?.stop()
    })

    async function changeServices(who: { bearer: string }, of = tenant): Promise<void> {
      const query =
        'query ($id: ID!) { tenant(id: $id) { settings { version services { mail } } } }'
      const { version, services } = (await world.ask(who, query, { id: of.id })).data.tenant
        .settings
      const input = { tenantId: of.id, expectedVersion: version, mail: !services.mail }
      expect(
        (await world.ask(who, updateServices, { input })).data.updateServiceSettings.userErrors,
      ).toEqual([])
    }
    const total = (page: Page, count: number) =>
      page.getByText(`${count} events`, { exact: true }).waitFor()
    const query = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)

    test('the log and its table are accessible and fit on a phone', async () => {
      const { page } = admin
      await page.goto(address())
      await page.getByRole('link', { name: 'Backed-up services changed' }).waitFor()
      await page.getByRole('button', { name: /^Succeeded \d/ }).waitFor()
      await expectAccessiblePage(admin, 'activity-log')
      await page.getByRole('button', { name: 'Show as table' }).click()
      await expectAccessiblePage(admin, 'activity-log-table')
    })

    test('filters are in the URL and survive reload, back and forward', async () => {
      const { page } = admin
      await page.goto(address('?outcome=DENIED'))
      await total(page, 2)
      const denied = await shownEventIds(page)
      await page.getByLabel('Search', { exact: true }).fill('notifications')
      await page.getByLabel('Search', { exact: true }).press('Enter')
      await page.waitForURL(/text=notifications/)
      await page.getByRole('button', { name: 'Remove filter: Denied' }).waitFor()
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await page.getByRole('link', { name: 'Backed-up services changed' }).waitFor()
      expect(query(page)).toEqual({})
      await page.goBack()
      await page.getByRole('button', { name: 'Remove filter: “notifications”' }).waitFor()
      await page.goBack()
      await total(page, 2)
      expect(await shownEventIds(page)).toEqual(denied)
      await page.reload()
      await total(page, 2)
      expect(await shownEventIds(page)).toEqual(denied)
      await page.goForward()
      await page.getByRole('button', { name: 'Remove filter: “notifications”' }).waitFor()
      expect(admin.problems).toEqual([])
    })

    test('every filter can be set; invalid values in the URL are ignored', async () => {
      const { page } = admin
      await page.goto(address('?outcome=NO_SUCH&method=1&from=yesterday&session=&event='))
      await page.getByRole('link', { name: 'Backed-up services changed' }).waitFor()
      expect(await page.getByRole('button', { name: 'Clear filters' }).count()).toBe(0)
      await page.getByRole('combobox', { name: 'Sign-in method' }).click()
      await page.getByRole('menuitemcheckbox', { name: 'Kaseya VSA' }).click()
      await page.keyboard.press('Escape')
      await page.waitForURL(/method=/)
      await page.getByRole('combobox', { name: 'Action' }).pressSequentially('backed-up')
      await page.getByRole('menuitemcheckbox', { name: 'Backed-up services changed' }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('combobox', { name: 'User' }).pressSequentially('Mira')
      await page.getByRole('menuitemcheckbox', { name: /Mira Castellanos/ }).click()
      await page.keyboard.press('Escape')
      await page.getByText('1 event', { exact: true }).waitFor()
      await page.getByLabel('End date').fill('2020-01-01T00:00')
      await page.getByLabel('End date').press('Enter')
      await page.getByText('No events match your filters.', { exact: false }).waitFor()
      const { method, action, actor, to } = query(page)
      expect([method, action, actor, to]).toEqual([
        '["KASEYA_VSA"]',
        '["service_settings.updated"]',
        `["partner:${world.vsa.clientId}:nw-1"]`,
        '2020-01-01T00:00:00.000Z',
      ])
    })

    test('the Action filter accepts prefixes, and lists actions in groups on one line', async () => {
      const { page } = admin
      await page.goto(address())
      const field = page.getByRole('combobox', { name: 'Action' })
      for (const [typed, action] of [
        ['handoff.*', ['handoff.*']],
        ['notification*', ['handoff.*', 'notification*']],
        ['handoff.cre', ['handoff.*', 'notification*', 'handoff.cre']],
      ] as const) {
        await field.fill(typed)
        await field.press('Enter')
        await page.waitForURL(
          ({ searchParams }) => searchParams.get('action') === JSON.stringify(action),
        )
      }
      await field.press('Escape')
      for (const label of ['Technician sign-in requested', 'Email sent'])
        await page.getByRole('link', { name: label }).first().waitFor()
      for (const label of [
        'All technician sign-ins',
        'Actions that start with “notification”',
        'handoff.cre',
      ])
        await page.getByRole('button', { name: `Remove filter: ${label}` }).waitFor()
      await field.fill('')
      await field.click()
      const group = page.getByRole('group', { name: 'Spanning Admins' })
      const [all, ...others] = await group.getByRole('menuitemcheckbox').all()
      expect(await all!.innerText()).toBe('All Spanning Admin changes\nspanning_admin.*')
      expect(others).toHaveLength(2)
      for (const option of await page.getByRole('menuitemcheckbox').all())
        expect((await option.boundingBox())!.height).toBeLessThan(60)
      await field.press('Escape')
    })

    test('the chart and the list count the same days in every time zone', async () => {
      const own = await world.createTenant()
      await world.database.owner`select audit.make_partitions('2025-11-01', '2025-12-01')`
      // New York ends daylight saving time on 2 November, a day of 25 hours there.
      const times = ['00:00:00.000', '03:30:00.000', '12:00:00.000', '23:59:59.999']
      await seed(
        world,
        own,
        [1, 2, 3, 4].flatMap((day) => times.map((time) => ({ at: `2025-11-0${day}T${time}Z` }))),
      )
      for (const timezoneId of ['America/New_York', 'Pacific/Kiritimati']) {
        const { page } = await windows.admin(own, own.globalAdmin, { timezoneId })
        await page.goto(
          `${world.url}/t/${own.id}/activity?from=2025-11-01T12:00:00Z&to=2025-11-04T12:00:00Z`,
        )
        await total(page, 12)
        const listed = await page
          .locator('section:has(> h3)')
          .evaluateAll((sections) =>
            sections.map((section) => [
              section.getAttribute('aria-label'),
              section.querySelectorAll('[data-event]').length,
            ]),
          )
        await page.getByRole('button', { name: 'Show as table' }).click()
        const counted = await page
          .getByRole('table')
          .getByRole('row')
          .evaluateAll((rows) =>
            rows.slice(1).map(({ cells }) => [cells[0].textContent, Number(cells[1].textContent)]),
          )
        expect([timezoneId, counted]).toEqual([timezoneId, listed])
        expect(listed).toEqual([
          ['4 Nov 2025', 2],
          ['3 Nov 2025', 4],
          ['2 Nov 2025', 4],
          ['1 Nov 2025', 2],
        ])

        // The first bar counts a half day, and selects the same half day.
        await page.getByRole('button', { name: '1 Nov 2025', exact: true }).click()
        await total(page, 2)
        expect(query(page)).toEqual({
          from: '2025-11-01T12:00:00.000Z',
          to: '2025-11-02T00:00:00.000Z',
        })
        await windows.closeOthers(admin)
      }
    })

    test('the chart counts the listed events of very long periods', async () => {
      const own = await world.createTenant()
      const { page } = await windows.admin(own)
      const all = await activityRows(world.database, { tenantId: own.id })
      for (const period of [
        'from=0001-01-01T00:00:00Z',
        'from=1980-01-01T00:00:00Z&to=9999-12-01T00:00:00Z',
        'to=9999-12-01T00:00:00Z',
      ]) {
        await page.goto(`${world.url}/t/${own.id}/activity?${period}`)
        await total(page, all.length)
        await page.getByRole('button', { name: `Succeeded ${all.length}`, exact: true }).waitFor()
      }
      await page.goto(`${world.url}/t/${own.id}/activity?action=%5B%22*%22%5D`)
      await page.getByText('All actions', { exact: true }).waitFor()
      const byAdmin = page.getByText(`${own.globalAdmin.displayName}, Global Admin`)
      await byAdmin.filter({ visible: true }).first().waitFor()
    })

    test('selecting a bar, a segment or a table cell filters the list', async () => {
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

      const bars = page.getByRole('toolbar', { name: 'Chart' }).getByRole('button')
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

    test('paging reaches every event once while new events arrive', async () => {
      const own = await world.createTenant()
      const before = await seed(
        world,
        own,
        Array.from({ length: 230 }, (_, n) => ({
          at: new Date(Date.now() - n * 1_000).toISOString(),
        })),
      )
      const { page, problems } = await windows.admin(own)
      await page.goto(`${world.url}/t/${own.id}/activity`)
      await page.getByText('Load more').waitFor()
      let isArriving = true
      const arrivals = (async () => {
        for (let n = 0; isArriving && n < 50; n++)
          await seed(world, own, [{ at: new Date().toISOString() }])
      })()
      await page.getByText('Load more').focus()
      while ((await page.getByText('Beginning of the log').count()) === 0) {
        await page
          .getByText('Load more')
          .click({ timeout: 2_000 })
          .catch(() => {})
      }
      isArriving = false
      await arrivals
      const shown = await shownEventIds(page)
      expect(shown.length).toBe(new Set(shown).size)
      expect(before.filter((id) => !shown.includes(id))).toEqual([])
      const newer = page.getByRole('button', { name: /new events?$/ })
      await newer.click()
      await newer.waitFor({ state: 'detached' })
      expect(problems).toEqual([])
    })

    test('new events appear at the top, and wait for readers further down', async () => {
      const own = await world.createTenant()
      await world.open(own, world.vsa)
      await seed(
        world,
        own,
        Array.from({ length: 60 }, (_, n) => ({
          at: new Date(Date.now() - (n + 1) * 60_000).toISOString(),
        })),
      )
      const { page, problems } = await windows.admin(own)
      await page.goto(`${world.url}/t/${own.id}/activity`)
      await page.getByText('Load more').waitFor()
      const tech = await world.connect(own, world.vsa, technician)
      await changeServices(tech, own)
      await page.getByRole('link', { name: 'Backed-up services changed' }).waitFor()

      // Also in a list that was empty, and only events that match the filter.
      const filtered = (await windows.admin(own)).page
      await filtered.goto(`${world.url}/t/${own.id}/activity?action=spanning_admin.*`)
      await filtered.getByText('No events match your filters.', { exact: false }).waitFor()
      await world.grant(own)
      await filtered.getByRole('link', { name: 'Spanning Admin added' }).waitFor()
      expect(await shownEventIds(filtered)).toHaveLength(1)
      await expect
        .poll(() => page.getByRole('link', { name: 'Spanning Admin added' }).count(), {
          timeout: 15_000,
        })
        .toBe(1)

      await page.mouse.wheel(0, 1_500)
      await page.waitForFunction('scrollY > 500')
      const shown = await shownEventIds(page)
      const read = page.locator('[data-event]').nth(20)
      const where = (await read.boundingBox())!.y
      // The first request for the new event fails. The event is found again afterwards.
      let failures = 0
      await page.route('**/graphql', (route) =>
        failures === 0 && route.request().postData()?.includes('query ActivityPage') && ++failures
          ? route.abort()
          : route.continue(),
      )
      await changeServices(tech, own)
      const showNewEvents = page.getByRole('button', { name: 'Show 1 new event' })
      await showNewEvents.waitFor()
      expect(failures).toBe(1)
      expect((await shownEventIds(page)).slice(0, shown.length)).toEqual(shown)
      expect((await read.boundingBox())!.y).toBe(where)
      await showNewEvents.click()
      await expect
        .poll(() => page.getByRole('link', { name: 'Backed-up services changed' }).count(), {
          timeout: 15_000,
        })
        .toBe(2)

      // With live updates off, the list does not change.
      await page.getByRole('switch', { name: 'Live updates' }).click()
      await changeServices(tech, own)
      await sealed(world, own)
      expect(await page.getByRole('link', { name: 'Backed-up services changed' }).count()).toBe(2)
      await page.getByRole('switch', { name: 'Live updates' }).click()
      await expect
        .poll(() => page.getByRole('link', { name: 'Backed-up services changed' }).count(), {
          timeout: 15_000,
        })
        .toBe(3)
      expect(problems).toEqual([expect.stringContaining('net::ERR_FAILED')])
    })

    describe('event details', () => {
      async function openDetails(page: Page): Promise<void> {
        await page.goto(address('?action=service_settings.updated'))
        await page.getByRole('link', { name: 'Backed-up services changed' }).click()
        await page.getByRole('dialog').getByText('Mira Castellanos').waitFor()
      }
      /** Verifies the open event. Returns the outcome of each step. */
      async function verify(page: Page): Promise<Record<string, string>> {
        await page.getByRole('button', { name: 'Verify' }).click()
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

      test('show every fact, verify in the browser, and open as a page', async () => {
        const window = await windows.admin(tenant, tenant.globalAdmin, {
          viewport: { width: 1280, height: 1600 },
        })
        const { page } = window
        await openDetails(page)
        const details = page.getByRole('dialog')
        for (const text of [
          'mira@northwind-it.example',
          'Kaseya VSA user ID: nw-1',
          'Technician of Northwind VSA',
          '127.0.0.1',
        ])
          await details.getByText(text, { exact: true }).first().waitFor()
        expect(await details.getByRole('row').allInnerTexts()).toEqual([
          expect.stringContaining('Before'),
          expect.stringMatching(/mail\s+On\s+Off/),
        ])
        expect(await verify(page)).toEqual({ ...good, history: 'unknown' })
        await details.getByText('Verified:', { exact: true }).waitFor()
        await expectAccessiblePage(window, 'event-verified')
        expect(query(page).event).toMatch(/^[0-9a-f-]{36}$/)

        // The browser remembers the last checkpoint, and checks that the log continues it.
        await details.getByRole('link', { name: 'Open as a page' }).click()
        await page.waitForURL(/\/activity\/[0-9a-f-]{36}$/)
        await page.getByRole('heading', { level: 1, name: 'Backed-up services changed' }).waitFor()
        await seed(world, tenant, [{ at: noon(1) }])
        await page.reload()
        await page.getByRole('heading', { level: 1, name: 'Backed-up services changed' }).waitFor()
        expect(await verify(page)).toEqual({ ...good, history: 'passed' })
        await expectAccessiblePage(window, 'event-page')

        // A log that does not continue that checkpoint was rewritten, even if its signature is
        // valid.
        await seed(world, tenant, [{ at: noon(1) }])
        await page.route('**/graphql', async (route) => {
          const response = await route.fetch()
          const answer = await response.json()
          const path = answer.data?.tenant?.activityCheckpoint?.consistencyPath
          if (path) path[0] = path.at(-1)
          await route.fulfill({ response, json: answer })
        })
        await page.reload()
        expect(await verify(page)).toEqual({ ...good, history: 'failed' })
      })

      test('close on Escape and on back; the list keeps its place', async () => {
        const { page } = admin
        await page.goto(address())
        await page.getByRole('link', { name: 'Backed-up services changed' }).first().click()
        await page.getByRole('dialog').waitFor()
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        expect(query(page).event).toBeUndefined()
        await expect
          .poll(() => page.evaluate<string>('document.activeElement.textContent'))
          .toBe('Backed-up services changed')
        await page.goBack()
        await page.getByRole('dialog').waitFor()
      })

      const alterHash = (base64: string) =>
        `${base64.startsWith('A') ? 'B' : 'A'}${base64.slice(1)}`
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
          what: 'the displayed time',
          shown: () => ({ occurredAt: '2026-01-01T00:00:00.000Z' }),
          failing: ['shown'],
        },
        {
          what: 'a displayed change',
          shown: ({ changes: [change] }) => ({ changes: [{ ...change!, after: true }] }),
          failing: ['personal'],
        },
        {
          what: 'a displayed name',
          shown: ({ actor }) => ({ actor: { ...actor, displayName: 'Eve' } }),
          failing: ['personal'],
        },
        {
          what: 'the displayed and the hashed request id, alike',
          shown: () => ({ requestId: 'another' }),
          proof: ({ canonicalEvent }) => ({ canonicalEvent: another(canonicalEvent) }),
          failing: ['leaf', 'path'],
        },
        {
          what: 'a hash of the inclusion path',
          proof: ({ inclusionPath: [first, ...path] }) => ({
            inclusionPath: [alterHash(first!), ...path],
          }),
          failing: ['path'],
        },
        {
          what: 'the checkpoint note',
          proof: ({ checkpoint }) => ({
            checkpoint: { ...checkpoint, note: longer(checkpoint.note) },
          }),
          failing: ['checkpoint', 'signature'],
        },
      ]
      test('verification finds each alteration at the step that it breaks', async () => {
        const { page } = admin
        let { shown, proof }: Partial<Alteration> = {}
        await page.route('**/graphql', async (route) => {
          const response = await route.fetch()
          const answer = await response.json()
          const event = answer.data?.activityEvent
          if (event?.action && shown) Object.assign(event, shown(event))
          if (event?.integrity && proof) Object.assign(event.integrity, proof(event.integrity))
          await route.fulfill({ response, json: answer })
        })
        await openDetails(page)
        const own = page.url()
        for (const alteration of alterations) {
          ;({ shown, proof } = alteration)
          await page.goto(own)
          const steps = await verify(page)
          const failing = Object.keys(steps).filter((name) => steps[name] === 'failed')
          expect([alteration.what, failing]).toEqual([alteration.what, alteration.failing])
          await page.getByText('Verification failed.', { exact: true }).waitFor()
        }
        await page.unroute('**/graphql')
      })
    })

    test('an export in NDJSON downloads and passes verification', async () => {
      const { page } = admin
      await page.goto(address())
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('dialog').getByText('Exports all events.', { exact: false }).waitFor()
      await expectAccessiblePage(admin, 'export')
      const formats = await page.getByRole('radio').all()
      expect(await formats[0]!.getAttribute('value')).toBe('CSV')
      expect(await formats[0]!.isChecked()).toBe(true)
      await page.getByRole('radio', { name: /^NDJSON/ }).check()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export and download' }).click(),
      ])
      expect(download.suggestedFilename()).toMatch(/^activity-[\d-]+\.ndjson$/)
      await page
        .getByRole('dialog')
        .getByText(/^Downloaded \d+ events\.$/)
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
      await page
        .getByRole('dialog')
        .getByText(`Downloaded ${count} events.`, { exact: true })
        .waitFor()
    })

    test('a filtered export holds the listed events', async () => {
      const { page } = admin
      await page.goto(address('?outcome=DENIED'))
      await total(page, 2)
      const shown = await shownEventIds(page)
      await page.getByRole('button', { name: 'Export' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export and download' }).click(),
      ])
      const lines = (await readFile(await download.path(), 'utf8'))
        .trim()
        .split('\r\n')
        .slice(1, -1) // without header and manifest
      expect(lines.map((line) => line.split(',')[1]).toSorted()).toEqual(
        shown.map((id) => `"${id}"`).toSorted(),
      )
    })

    test('a technician has no buttons for exporting and verifying', async () => {
      const visit = await windows.technician(tenant, world.vsa, technician)
      const { page, problems } = visit
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.postData() ?? ''))
      await page.goto(address())
      await page.getByRole('link', { name: 'Backed-up services changed' }).first().click()
      await page
        .getByText('Only admins of the tenant can verify events.', { exact: false })
        .waitFor()
      for (const name of ['Verify', 'Export'])
        expect(await page.getByRole('button', { name }).count()).toBe(0)
      // A technician gets live updates too, by reading the newest page.
      await page.waitForRequest((request) => /query ActivityPage/.test(request.postData() ?? ''))
      expect(
        asked.filter((text) => /activityTail|activityCheckpoint|integrity/.test(text)),
      ).toEqual([])
      expect(problems).toEqual([])
      const denied = await world.log(tenant, { actions: ['authorization.denied'] })
      expect(denied).toEqual([])
      await admin.page.goto(address('?action=operation.read'))
      await admin.page.getByRole('link', { name: 'Viewed an event' }).last().click()
      const fields = admin.page.getByRole('region', { name: 'Viewed fields' }).getByRole('listitem')
      await fields.getByText('activityEvent.occurredAt', { exact: true }).waitFor()
      await expectAccessiblePage(visit, 'event-technician')
    })
  },
)
