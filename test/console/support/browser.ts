/** The demo as a person finds it, in a real browser: the service as a process, Chromium, and what must hold on every page. */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'
import type { DemoFile } from '../../../demo/demo.ts'
import { type Running, run } from '../../support/process.ts'

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const executablePath = places.find((path) => path && existsSync(path))

/** False where there is no Chromium: then these tests are skipped, and say so. */
export const hasBrowser = executablePath !== undefined
if (!hasBrowser)
  console.warn(
    'Skipped: tests of the console drive Chromium, which is not installed here (apt-get install chromium, or set CHROMIUM).',
  )

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: flags })

export interface Stage {
  url: string
  demo: DemoFile
  browser: Browser
  service: Running
  /** A window of its own, as of another person. */
  open(options?: BrowserContextOptions): Promise<Visit>
  stop(): Promise<void>
}

/** A window, and what went wrong in it so far. */
export interface Visit {
  context: BrowserContext
  page: Page
  problems: string[]
}

export async function startStage(env: Record<string, string> = {}): Promise<Stage> {
  const service = await run('gateway/main.ts', [], env)
  const [, url] = await service.says(/GraphQL {6}(http\S+)\/graphql/, 60_000)
  const demo = JSON.parse(await readFile(join(service.dataDir, 'demo.json'), 'utf8')) as DemoFile
  const browser = await launch()
  const own = [url!, demo.microsoft.issuer, demo.partnerInstances[0]!.handoffUrl].map(
    (address) => new URL(address.replace(/[{}]/g, '')).host,
  )
  return {
    url: url!,
    demo,
    browser,
    service,
    open: (options) => visit(browser, new Set(own), options),
    async stop() {
      await browser.close()
      service.child.kill('SIGTERM')
      await service.exit
      // This one's alone: another may be running beside it.
      await rm(service.dataDir, { recursive: true, force: true })
    },
  }
}

/** In the page, where this checkout's types know nothing of documents. */
const reportViolations = `addEventListener('securitypolicyviolation', (event) =>
  console.error('policy', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber))`

export async function visit(
  browser: Browser,
  ownHosts: Set<string>,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    permissions: ['clipboard-write', 'clipboard-read'],
    ...options,
  })
  context.setDefaultTimeout(20_000)
  const problems: string[] = []
  await context.addInitScript({ content: reportViolations })
  context.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && !ownHosts.has(host))
      problems.push(`asked another host: ${request.url()}`)
  })
  context.on('console', (message) => {
    // Chromium says of each refusal that a resource failed to load: pages for refusals have such a status.
    if (message.type() === 'error' && !/status of 4(00|03|09)/.test(message.text()))
      problems.push(message.text())
  })
  context.on('weberror', (error) => problems.push(String(error.error())))
  return { context, page: await context.newPage(), problems }
}

/** What was changing its looks does no more. */
const settled = `(async () => {
  const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  await frames()
  const running = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity)
  await Promise.allSettled(running.map(({ finished }) => finished))
  // A dialog that has closed gives the page back a moment later.
  const isCovered = () => document.querySelector('#root[aria-hidden]') && !document.querySelector('[role=dialog]')
  for (let tries = 0; isCovered() && tries < 600; tries++) await frames()
})()`

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const images = join(import.meta.dirname, '../../../docs/images')

/**
 * What must hold on each page: nothing for axe to find in light and in dark, and nothing to scroll sideways at 360 px.
 * Left out are the two elements with which Fluent catches the focus at the edges of a group: hidden, and they hand it on at once.
 */
export async function expectGoodPage({ page, problems }: Visit, name: string): Promise<void> {
  const size = page.viewportSize()!
  await page.evaluate(await readFile(axeSource, 'utf8'))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(settled)
    const { violations } = (await page.evaluate(
      "axe.run({ exclude: ['[data-tabster-dummy]'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
    )) as AxeResults
    const found = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
    expect([name, colorScheme, found]).toEqual([name, colorScheme, []])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.evaluate(settled)
  if (process.env.SCREENSHOTS) await page.screenshot({ path: join(images, `${name}.png`) })
  await page.setViewportSize({ width: 360, height: 740 })
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  // Less where a dialog keeps the room of the scroll bar.
  expect([name, width, width <= 360]).toEqual([name, width, true])
  if (process.env.SCREENSHOTS && process.env.SCREENSHOTS !== '1')
    await page.screenshot({ path: join(images, `${name}-360.png`) })
  await page.setViewportSize(size)
  expect([name, problems]).toEqual([name, []])
}

/** Signs in at the stand-in of Entra ID, where the browser is by now. */
export async function signInAtMicrosoft(
  page: Page,
  user: { username: string; password: string },
): Promise<void> {
  await page.getByLabel('User name').fill(user.username)
  await page.getByLabel('Password').fill(user.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Finds the tenant by its domain on the front page, and signs in. */
export async function signIn(
  stage: Stage,
  visit: Visit,
  tenantName: string,
  role: string,
): Promise<void> {
  const tenant = stage.demo.tenants.find(({ name }) => name === tenantName)!
  const user = stage.demo.microsoft.users.find(
    (user) => user.tenantId === tenant.id && user.role === role,
  )!
  await visit.page.goto(stage.url)
  await visit.page.getByLabel('Microsoft 365 domain').fill(tenant.domain)
  await visit.page.locator('form').getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await signInAtMicrosoft(visit.page, user)
}
