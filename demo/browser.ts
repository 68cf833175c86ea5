/**
 * A minimal browser for the demo story and the tests. It stores cookies by host and path, follows
 * redirects, and submits forms.
 */

export interface Answer {
  status: number
  url: string
  headers: Headers
  text: string
}

interface Cookie {
  name: string
  value: string
  host: string
  path: string
}

export class Browser {
  readonly #cookies: Cookie[] = []
  readonly #headers: Record<string, string>

  constructor(headers: Record<string, string> = {}) {
    this.#headers = headers
  }

  /** Sends one request and does not follow redirects. */
  async request(url: string, init: RequestInit = {}): Promise<Answer> {
    const cookie = this.cookiesFor(url)
    const headers = {
      ...this.#headers,
      ...(cookie && { cookie }),
      ...(init.headers as Record<string, string>),
    }
    const answer = await fetch(url, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    })
    for (const line of answer.headers.getSetCookie()) this.#keep(line, new URL(url))
    return { status: answer.status, url, headers: answer.headers, text: await answer.text() }
  }

  /**
   * Opens a URL and follows redirects. Stops at the first response that is not a redirect, or
   * before a URL that starts with `until`.
   */
  async open(
    url: string,
    { until, init }: { until?: string; init?: RequestInit } = {},
  ): Promise<Answer> {
    let answer = await this.request(url, init)
    for (let hops = 0; hops < 15; hops++) {
      const location = answer.headers.get('location')
      if (answer.status < 300 || answer.status > 399 || !location) return answer
      const next = new URL(location, answer.url).href
      if (until && next.startsWith(until)) return { ...answer, url: next }
      answer = await this.request(next)
    }
    throw new Error(`More than 15 redirects after ${url}.`)
  }

  /** Submits the form of a page to the page's own URL. */
  submit(
    page: Answer,
    fields: Record<string, string>,
    options: { until?: string } = {},
  ): Promise<Answer> {
    const body = new URLSearchParams(fields).toString()
    const init = {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
    return this.open(page.url, { ...options, init })
  }

  /** Returns the Cookie header for a request to this URL. */
  cookiesFor(url: string): string {
    const { hostname, pathname } = new URL(url)
    return this.#cookies
      .filter(({ host, path }) => host === hostname && pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  cookie(name: string): string | undefined {
    return this.#cookies.find((cookie) => cookie.name === name)?.value
  }

  setCookie(url: string, line: string): void {
    this.#keep(line, new URL(url))
  }

  #keep(line: string, from: URL): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const cookie = {
      name: pair.slice(0, at),
      value: pair.slice(at + 1),
      host: from.hostname,
      path: '/',
    }
    let isOver = cookie.value === ''
    for (const attribute of attributes) {
      const [key = '', value = ''] = attribute.split('=')
      if (/^path$/i.test(key)) cookie.path = value
      if (/^max-age$/i.test(key) && Number(value) <= 0) isOver = true
      if (/^expires$/i.test(key) && Date.parse(value) < Date.now()) isOver = true
    }
    const old = this.#cookies.findIndex(
      ({ name, host, path }) =>
        name === cookie.name && host === cookie.host && path === cookie.path,
    )
    if (old >= 0) this.#cookies.splice(old, 1)
    if (!isOver) this.#cookies.push(cookie)
  }
}
