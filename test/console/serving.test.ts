/**
 * How the gateway serves the console: security headers, caching, size, and no effect on the API.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, CDPSession } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipsWithout } from '../support/requirements.ts'
import { startWorld } from '../support/world.ts'
import { type DemoService, hasBrowser, signIn, startDemoService } from './support/browser.ts'

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

const budgetBytes = 300_000
const dist = join(import.meta.dirname, '../../console/dist')

describe.skipIf(skipsWithout(hasBrowser, 'Chromium'))(
  'serving the console',
  { timeout: 120_000 },
  () => {
    let service: DemoService
    beforeAll(async () => {
      service = await startDemoService()
    })
    afterAll(() => service?.stop())

    const get = (path: string, init: RequestInit = {}) =>
      fetch(service.url + path, { redirect: 'manual', ...init })

    test('the policy forbids inline and foreign content; nonces are unique', async () => {
      const nonces = new Set<string>()
      for (const path of [
        '/',
        `/connect/${service.demo.tenants[0]!.id}`,
        '/login/microsoft',
        '/login/microsoft/native',
      ]) {
        const answer = await get(path)
        const policy = answer.headers.get('content-security-policy')!
        expect(policy).not.toMatch(/unsafe|\*|https?:|data:|strict-dynamic/)
        const directives = new Map(
          policy
            .split(';')
            .map((directive) => directive.trim().split(/ (.*)/, 2) as [string, string]),
        )
        expect(directives.get('default-src')).toBe("'none'")
        expect(directives.get('script-src')).toBe("'self'")
        const [, nonce] = /^'self' 'nonce-([\w+/]{22}==)'$/.exec(directives.get('style-src')!)!
        nonces.add(nonce!)
        const text = await answer.text()
        expect(text).toContain(nonce)
        expect(text).not.toMatch(/<script(?![^>]*\bsrc="\/assets\/)|\son\w+=|\sstyle=/)
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
      expect(nonces.size).toBe(4)
    })

    test('assets are hashed, cached, compressed, and the only files served', async () => {
      const names = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'))
      expect(names.length).toBeGreaterThan(3)
      for (const name of names) {
        expect(name).toMatch(/-[\w-]{8}\.js$/)
        const answer = await get(`/assets/${name}`, { headers: { 'accept-encoding': 'gzip' } })
        expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'gzip'])
        expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
        expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/)
      }
      for (const path of [
        '/assets/',
        '/assets/..%2findex.html',
        '/assets/%2e%2e/made-from',
        `/assets/${names[0]}.gz`,
        '/assets/x.js',
      ])
        expect([path, (await get(path)).status]).toEqual([path, 404])
    })

    test('only the console’s routes are pages; other paths return 404', async () => {
      const { id } = service.demo.tenants[0]!
      // As Chromium sends it for a navigation.
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
      for (const path of [
        '/',
        `/t/${id}`,
        `/t/${id}/`,
        `/t/${id}/settings`,
        `/t/${id}/sessions`,
        `/t/${id}/activity?outcome=DENIED`,
        `/t/${id}/activity/abc`,
      ]) {
        const answer = await get(path)
        expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
          path,
          200,
          'text/html; charset=utf-8',
        ])
      }
      const upperCase = await get(`/t/${id.toUpperCase()}/settings/?a=b`, { redirect: 'manual' })
      expect([upperCase.status, upperCase.headers.get('location')]).toEqual([
        308,
        `/t/${id}/settings/?a=b`,
      ])
      const notFound = {
        errors: [{ message: 'There is nothing at this path.', extensions: { code: 'NOT_FOUND' } }],
      }
      const unknownPages = [
        '/t',
        '/t/x/settings',
        `/t/${'-'.repeat(36)}`,
        `/t/${id}/settings/more`,
        `/t/${id}/nothing`,
        `/t/${id}/activity/..%2f..%2fpackage.json`,
        '/index.html',
        '/favicon.ico',
        '/.env',
        '/console/dist/index.html',
        '/activity',
        '/login',
        '/login/microsoft/more',
      ]
      for (const path of unknownPages) {
        const page = await get(path, { headers: { accept } })
        expect([path, page.status, page.headers.get('content-type')]).toEqual([
          path,
          404,
          'text/html; charset=utf-8',
        ])
        const html = await page.text()
        expect(html).toContain('<title>Page not found</title>')
        expect(html).toContain('<noscript><p>Page not found</p>')
      }
      const programPaths = ['/assets/x.js', '/graphql/nothing', '/events/nothing', '/.well-known/x']
      for (const [paths, headers] of [
        [unknownPages, {}],
        [programPaths, { accept }],
      ] as const)
        for (const path of paths) {
          const answer = await get(path, { headers })
          expect([path, answer.status, await answer.json()]).toEqual([path, 404, notFound])
        }
      const posted = await get('/nothing', { method: 'POST', headers: { accept } })
      expect([posted.status, await posted.json()]).toEqual([404, notFound])

      const visit = await service.open()
      for (const path of ['/nothing', '/t/x/settings', `/t/${id}/settings/more`]) {
        await visit.page.goto(service.url + path)
        await visit.page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor()
      }
      await visit.page.getByRole('link', { name: 'Go to the start page' }).click()
      await visit.page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
      await visit.context.close()
      const answer = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ viewer { actor { key } } }"}',
      })
      expect(await answer.json()).toMatchObject({ data: { viewer: null } })
      expect(answer.headers.get('content-security-policy')).not.toContain('nonce')
    })

    test('assets have their own rate limit, separate from the API', async () => {
      const world = await startWorld({ RATE_LIMIT_PER_ADDRESS: '12' })
      try {
        const name = readdirSync(join(dist, 'assets')).find((name) => name.endsWith('.js'))
        const statuses = []
        for (let asked = 0; asked < 14; asked++)
          statuses.push((await fetch(`${world.url}/assets/${name}`)).status)
        expect(statuses).toEqual([...Array(12).fill(200), 429, 429])
        expect((await fetch(`${world.url}/.well-known/it-complete-login`)).status).toBe(200)
      } finally {
        await world.stop()
      }
    })

    /** Signs in once, and returns what a new window needs to have this session. */
    let signedIn: StorageState | undefined
    async function signInOnce() {
      if (signedIn) return signedIn
      const window = await service.open()
      await signIn(service, window, 'Contoso Dental', 'GLOBAL_ADMIN')
      await window.page.getByRole('banner').waitFor()
      signedIn = await window.context.storageState()
      await window.context.close()
      return signedIn
    }

    test.for(['/', '/t/:id/settings', '/t/:id/sessions', '/t/:id/activity'])(
      'the first load of %s transfers less than 300 kB',
      async (path) => {
        // A new window with the session cookie and an empty cache.
        const visit = await service.open({
          extraHTTPHeaders: { 'accept-encoding': 'gzip' },
          storageState: await signInOnce(),
        })
        const cdp: CDPSession = await visit.context.newCDPSession(visit.page)
        await cdp.send('Network.enable')
        const bodies = new Map<string, number>()
        const ownResources = new Map<string, string>()
        cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
          bodies.set(requestId, (bodies.get(requestId) ?? 0) + encodedDataLength),
        )
        cdp.on('Network.responseReceived', ({ requestId, type, response }) => {
          if (['Document', 'Script', 'Stylesheet', 'Image'].includes(type))
            ownResources.set(requestId, response.url)
        })
        await visit.page.goto(service.url + path.replace(':id', service.demo.tenants[0]!.id))
        await visit.page.getByRole('heading', { level: 1 }).waitFor()
        await visit.page.waitForLoadState('networkidle')
        const bytes = [...ownResources.keys()].reduce((sum, id) => sum + (bodies.get(id) ?? 0), 0)
        const files = readdirSync(join(dist, 'assets'))
        for (const url of ownResources.values()) {
          const name = url.split('/assets/')[1]
          if (name) expect([name, files.includes(`${name}.gz`)]).toEqual([name, true])
        }
        console.log(`first load of ${path}: ${bytes} bytes in ${ownResources.size} files`)
        expect(bytes).toBeGreaterThan(150_000)
        expect(bytes).toBeLessThan(budgetBytes)
        expect(visit.problems).toEqual([])
        await visit.context.close()
      },
    )

    test('a sign-in returns to the console page where it started', async () => {
      const { id } = service.demo.tenants[0]!
      const user = service.demo.microsoft.users.find(
        ({ tenantId, role }) => tenantId === id && role === 'GLOBAL_ADMIN',
      )!
      const visit = await service.open()
      for (const [returnTo, landing] of [
        [`/t/${id}/activity?text=calendar`, `/t/${id}/activity?text=calendar`],
        [`/t/${id}/settings?tab=partners`, `/t/${id}/settings?tab=partners`],
        [`//evil.example/t/${id}/settings`, `/t/${id}/settings`],
        [
          `/t/${id}/activity?action=%5B%22handoff.*%22%5D&text=a:b#main`,
          `/t/${id}/activity?action=%5B%22handoff.*%22%5D&text=a:b#main`,
        ],
        [`/t/${crypto.randomUUID()}/settings`, `/t/${id}/settings`],
        [`/t/${id}/../../logout`, `/t/${id}/settings`],
      ] as const) {
        await visit.page.goto(
          `${service.url}/login/microsoft?${new URLSearchParams({ tenant: id, returnTo, stepUp: '1' })}`,
        )
        await visit.page.getByLabel('User name').fill(user.username)
        await visit.page.getByLabel('Password').fill(user.password)
        await visit.page.getByRole('button', { name: 'Sign in' }).click()
        await visit.page.getByRole('banner').waitFor()
        const { origin, pathname, search, hash } = new URL(visit.page.url())
        expect([origin, pathname + search + hash]).toEqual([service.url, landing])
      }
      await visit.context.close()
    })

    test('refusals are readable without JavaScript', async () => {
      const refused = await (await get('/login/microsoft')).text()
      const [, noscript] = /<noscript>(.*)<\/noscript>/.exec(refused)!
      expect(noscript).toMatch(
        /You are not signed in.*This sign-in did not work\..*Support ID: [0-9a-f-]{36}/,
      )
      const native = await (await get('/login/microsoft/native?code=x&state=y')).text()
      expect(native).toContain('You can close this window.')
      expect(native).not.toContain('<script')
    })
  },
)
