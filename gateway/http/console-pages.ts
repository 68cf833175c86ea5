/**
 * Serves the console: built files under hashed names, and its one page at the addresses that it has. Everything is in memory from the
 * start on, so that no request reaches the disk.
 */
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Response, Router } from 'express'

/** What is shown to a person. */
export interface Shown {
  title: string
  /** Sentences for browsers without script, or where the console is not built. */
  text: string[]
  /** What the console is to show; null for a page that runs no script. */
  data: Record<string, unknown> | null
}

export interface Console {
  isBuilt: boolean
  /** Files under `/assets`. */
  assets: Router
  /** The console's own addresses. */
  pages: Router
  show(response: Response, page: Shown): void
}

const dist = join(import.meta.dirname, '../../console/dist')

/** Addresses that are pages of the console; everything else is not. */
const pagePath = /^\/(?:t\/[0-9a-f-]{36}(?:\/(?:settings|sessions|activity(?:\/[\w-]{1,128})?))?)?$/

/** @param extra what every page is told besides */
export function openConsole(extra: Record<string, unknown> = {}): Console {
  const index = readIndex()
  const isBuilt = index !== null

  const show = (response: Response, { title, text, data }: Shown): void => {
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
  pages.get(pagePath, (_, response) => {
    const text = isBuilt ? needsScript : notBuilt
    show(response, { title: 'Login with IT Complete', text, data: { kind: 'page' } })
  })
  return { isBuilt, show, pages, assets: assetsRouter() }
}

const needsScript = ['The console needs JavaScript.']
const notBuilt = [
  'The console is not built here: run npm ci, or npm run prepare, and start again. The API at /graphql works without it.',
]

function readIndex(): string | null {
  try {
    return readFileSync(join(dist, 'index.html'), 'utf8')
  } catch {
    return null
  }
}

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

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
    const type = types[extname(name)]
    const plain = files.get(name)
    if (!plain || !type) return next()
    const encoding = request.acceptsEncodings(['br', 'gzip'])
    const packed =
      encoding === 'br'
        ? files.get(`${name}.br`)
        : encoding === 'gzip'
          ? files.get(`${name}.gz`)
          : undefined
    if (packed) response.set('Content-Encoding', encoding as string)
    // The name says what is in it: another content has another name.
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    })
    response.type(type).send(packed ?? plain)
  })
  return router
}

/** Fluent makes style elements, which count by the nonce of their response alone; scripts come from our own files. */
const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join(';')

/** Without script, in the colours of the console. */
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
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character]!)
