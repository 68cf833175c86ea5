/**
 * Runs the demo as a process and drives it in Chromium. Every page is checked for accessibility,
 * layout and browser errors.
 */
import { existsSync, readFileSync } from 'node:fs'
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
import { initializedFolder, type Running, run } from '../../support/process.ts'

const candidates = [
  process.env.CHROMIUM,
  '/usr/bin/chromium-headless-shell', // needs half as much CPU time as the whole browser
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const executablePath = candidates.find((path) => path && existsSync(path))

/** False if Chromium is not installed. The tests that need it are then skipped. */
export const hasBrowser = executablePath !== undefined
if (!hasBrowser)
  console.warn(
    'The console tests are skipped, because Chromium was not found. Install it (apt-get install chromium-headless-shell) or set CHROMIUM to its path.',
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

export interface DemoService {
  url: string
  demo: DemoFile
  browser: Browser
  service: Running
  /** Opens a window with its own cookies, as another person would have. */
  open(options?: BrowserContextOptions): Promise<BrowserWindow>
  stop(): Promise<void>
}

/** A browser window with its own cookies. */
export interface BrowserWindow {
  context: BrowserContext
  page: Page
  /** Console errors, policy violations and requests to other hosts so far. */
  problems: string[]
}

export async function startDemoService(env: Record<string, string> = {}): Promise<DemoService> {
  const service = await run('gateway/main.ts', [], env, await initializedFolder())
  const [, url] = await service.says(/GraphQL {6}(http\S+)\/graphql/, 60_000)
  const demo = JSON.parse(await readFile(join(service.dataDir, 'demo.json'), 'utf8')) as DemoFile
  const browser = await launch()
  const ownHosts = [url!, demo.microsoft.issuer, demo.partnerInstances[0]!.handoffUrl].map(
    (address) => new URL(address.replace(/[{}]/g, '')).host,
  )
  return {
    url: url!,
    demo,
    browser,
    service,
    open: (options) => openWindow(browser, new Set(ownHosts), options),
    async stop() {
      await browser.close()
      service.child.kill('SIGTERM')
      await service.exit
      // Only this service's folder. removeFolders() would delete those of services that still run.
      await rm(service.dataDir, { recursive: true, force: true })
    },
  }
}

/** Runs in the page. It is text, because the types of the tests do not include the DOM. */
const logPolicyViolations = `addEventListener('securitypolicyviolation', (event) =>
  console.error('policy', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber))`

export async function openWindow(
  browser: Browser,
  ownHosts: Set<string>,
  options: BrowserContextOptions = {},
): Promise<BrowserWindow> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    permissions: ['clipboard-write', 'clipboard-read'],
    ...options,
  })
  context.setDefaultTimeout(20_000)
  const problems: string[] = []
  await context.addInitScript({ content: logPolicyViolations })
  context.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && !ownHosts.has(host))
      problems.push(`request to another host: ${request.url()}`)
  })
  context.on('console', (message) => {
    // Chromium logs an error for each response with such a status, and refusal pages are sent with
    // one.
    if (message.type() === 'error' && !/status of 4(00|03|04|09)/.test(message.text()))
      problems.push(message.text())
  })
  context.on('weberror', (error) => problems.push(String(error.error())))
  return { context, page: await context.newPage(), problems }
}

/**
 * Runs in the page: waits until animations have ended and a closing dialog has uncovered the page.
 */
const waitForAnimations = `(async () => {
  const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  await frames()
  const running = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity)
  await Promise.allSettled(running.map(({ finished }) => finished))
  // Fluent removes aria-hidden from the page only after a dialog has closed.
  const isCovered = () => document.querySelector('#root[aria-hidden]') && !document.querySelector('[role=dialog]')
  for (let tries = 0; isCovered() && tries < 600; tries++) await frames()
})()`

/** In dark mode only colours differ, so only the rules about colours run again. */
const axeRules = {
  light: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
}
const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const docs = join(import.meta.dirname, '../../../docs')

/**
 * Pictures that README.md and docs/console.md show, without ".png". With SCREENSHOTS=1 these and no
 * others are taken.
 */
const documentedPictures = new Set(
  process.env.SCREENSHOTS
    ? ['../README.md', 'console.md']
        .map((path) => readFileSync(join(docs, path), 'utf8'))
        .flatMap((text) => [...text.matchAll(/images\/([\w-]+)\.png/g)].map(([, name]) => name!))
    : [],
)

async function takePicture(page: Page, name: string): Promise<void> {
  if (documentedPictures.has(name))
    await page.screenshot({ path: join(docs, 'images', `${name}.png`) })
}

/**
 * Checks the page with axe in the light and dark theme, that it does not scroll sideways at 360 px,
 * and that the window has had no problems. Takes its picture if it is documented.
 */
export async function expectAccessiblePage(
  { page, problems }: BrowserWindow,
  name: string,
): Promise<void> {
  const size = page.viewportSize()!
  await page.evaluate(await readFile(axeSource, 'utf8'))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(waitForAnimations)
    // Excludes the hidden elements with which Fluent catches the focus at the edges of a group.
    const { violations } = (await page.evaluate(
      `axe.run({ exclude: ['[data-tabster-dummy]'] }, ${JSON.stringify({ runOnly: axeRules[colorScheme], resultTypes: ['violations'] })})`,
    )) as AxeResults
    const found = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
    expect([name, colorScheme, found]).toEqual([name, colorScheme, []])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.evaluate(waitForAnimations)
  await takePicture(page, name)
  await page.setViewportSize({ width: 360, height: 740 })
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  // Less than 360 where an open dialog reserves space for the scroll bar.
  expect([name, width, width <= 360]).toEqual([name, width, true])
  await takePicture(page, `${name}-360`)
  await page.setViewportSize(size)
  expect([name, problems]).toEqual([name, []])
}

/** Fills in the sign-in form of the simulated Entra ID, which the page must show. */
export async function signInAtMicrosoft(
  page: Page,
  user: { username: string; password: string },
): Promise<void> {
  await page.getByLabel('User name').fill(user.username)
  await page.getByLabel('Password').fill(user.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in from the start page, by the tenant's domain. */
export async function signIn(
  { demo, url }: DemoService,
  { page }: BrowserWindow,
  tenantName: string,
  role: string,
): Promise<void> {
  const tenant = demo.tenants.find(({ name }) => name === tenantName)!
  const user = demo.microsoft.users.find(
    (user) => user.tenantId === tenant.id && user.role === role,
  )!
  await page.goto(url)
  await page.getByLabel('Microsoft 365 domain').fill(tenant.domain)
  await page.locator('form').getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await signInAtMicrosoft(page, user)
}
