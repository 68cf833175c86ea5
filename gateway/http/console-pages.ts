/**
 * Serves the console, which is a single-page application: its assets, and the same HTML page at
 * every path. All files are read at startup, so that requests cause no disk access.
 */
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type RequestHandler, type Response, Router } from 'express'
import { sendError } from '../../platform/http/send-error.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'

/** An HTML page of the service. */
export interface Page {
  title: string
  /**
   * The text of the page, one sentence per entry. It is shown when JavaScript is disabled or the
   * console is not built.
   */
  text: string[]
  /** The data for the console's JavaScript; null if the page needs no JavaScript. */
  data: Record<string, unknown> | null
}

export interface Console {
  isBuilt: boolean
  /** Serves the files of the build at `/assets/NAME`. */
  assets: Router
  /** Serves the console's HTML page at the console's paths. */
  pages: Router
  /**
   * Responds to a path that does not exist: with the console's page "Page not found" to a browser
   * that opens the path, otherwise with JSON.
   */
  notFound: RequestHandler
  /** Sends a page as an HTTP response. */
  show(response: Response, page: Page): void
}

const dist = join(import.meta.dirname, '../../console/dist')

/**
 * Matches the console's paths: the sign-in page and the pages of a tenant. The tenant ID is a UUID
 * in lower or upper case.
 */
const pagePath =
  /^\/(?:t\/(?<tenantId>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:\/(?:settings|sessions|activity(?:\/[\w-]{1,128})?))?\/?)?$/

/** Matches the paths that programs call. They respond with JSON, also to a browser. */
const programPath =
  /^\/(?:assets|graphql|events|activity\/export|\.well-known|healthz|readyz)(?:\/|$)/

/**
 * Reads the files of the console and creates the routes that serve them.
 * @param extra data that is added to the data of every page
 */
export function openConsole(extra: Record<string, unknown> = {}): Console {
  const index = readIndex()
  const isBuilt = index !== null

  const show = (response: Response, { title, text, data }: Page): void => {
    const nonce = randomBytes(16).toString('base64')
    response.set('Content-Security-Policy', contentSecurityPolicy(nonce)).type('html')
    if (!index || data === null) return void response.send(plainPage(title, text, nonce))
    const meta = [
      `<meta property="csp-nonce" nonce="${nonce}">`,
      `<meta name="page" content="${escapeHtml(JSON.stringify({ ...extra, ...data }))}">`,
    ]
    response.send(
      index
        .replace(/<title>.*?<\/title>/, () => `<title>${escapeHtml(title)}</title>`)
        .replace('<!-- page -->', () => meta.join('\n    '))
        .replace('<!-- noscript -->', () => `<noscript>${paragraphs([title, ...text])}</noscript>`),
    )
  }

  const pages = Router()
  pages.get(pagePath, (request, response) => {
    const { tenantId } = request.params
    if (typeof tenantId === 'string' && tenantId !== tenantId.toLowerCase())
      return response.redirect(
        308,
        request.originalUrl.replace(tenantId, () => tenantId.toLowerCase()),
      )
    const text = isBuilt ? needsScript : notBuilt
    show(response, { title: 'Login with IT Complete', text, data: { kind: 'page' } })
  })
  const notFound: RequestHandler = (request, response) => {
    const isNavigation =
      ['GET', 'HEAD'].includes(request.method) && request.accepts(['json', 'html']) === 'html'
    if (!isNavigation || programPath.test(request.path))
      return sendError(response, 404, 'NOT_FOUND', nothingHere)
    response.status(404).vary('Accept')
    show(response, { title: 'Page not found', text: [nothingHere], data: { kind: 'not-found' } })
  }
  return { isBuilt, show, pages, notFound, assets: assetsRouter() }
}

const nothingHere = 'There is nothing at this path.'
const needsScript = ['The console needs JavaScript.']
const notBuilt = [
  'The console is not built. Run npm ci or npm run prepare, and restart the service. The API at /graphql works without it.',
]

function readIndex(): string | null {
  try {
    return readFileSync(join(dist, 'index.html'), 'utf8')
  } catch {
    return null
  }
}

const mediaTypes: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** The file suffixes of the compressed variants that the build creates for each asset. */
const compressedSuffixes: Record<string, string> = { br: '.br', gzip: '.gz' }

function assetsRouter(): Router {
  const files = new Map(
    globSync('assets/*', { cwd: dist }).map((path) => [
      basename(path),
      readFileSync(join(dist, path)),
    ]),
  )
  const router = Router()
  router.get('/assets/:name', (request, response, next) => {
    const { name } = request.params as { name: string }
    const type = mediaTypes[extname(name)]
    const plain = files.get(name)
    if (!plain || !type) return next()
    const encoding = request.acceptsEncodings(['br', 'gzip']) || 'identity'
    const compressed = files.get(`${name}${compressedSuffixes[encoding] ?? ''}`)
    if (compressed && encoding in compressedSuffixes) response.set('Content-Encoding', encoding)
    // The file name contains a hash of the content.
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    })
    response.type(type).send(compressed ?? plain)
  })
  return router
}

/** Returns a page without JavaScript, in the console's colours. */
const plainPage = (title: string, text: string[], nonce: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; font: 14px/1.45 "Segoe UI", system-ui, sans-serif }
body { margin: 0; background: light-dark(#fafafa, #1f1f1f); color: light-dark(#242424, #fff) }
main { box-sizing: border-box; max-width: 36rem; margin: 0 auto; padding: 24px; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 28px; line-height: 36px; font-weight: 600 }
</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${paragraphs(text)}</main></body>
</html>
`

const paragraphs = (lines: string[]) => lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? character)
