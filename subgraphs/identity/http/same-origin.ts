import type { RequestHandler } from 'express'

/**
 * Protects a POST route that uses cookies from cross-site request forgery: refuses a request whose
 * `Origin` or `Sec-Fetch-Site` header shows another origin. A request with neither header is
 * accepted, because it does not come from a browser and so cannot be forged by a web page.
 */
export const requireSameOrigin =
  (issuer: string): RequestHandler =>
  (request, response, next) => {
    const { origin, 'sec-fetch-site': site } = request.headers
    const isSameOrigin = origin === undefined || origin === new URL(issuer).origin
    if (isSameOrigin && (site === undefined || site === 'same-origin')) return next()
    const message = 'This request must come from a page of this service.'
    response.status(403).json({ error: { code: 'FORBIDDEN', message } })
  }
