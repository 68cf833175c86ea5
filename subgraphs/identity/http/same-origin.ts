import type { RequestHandler } from 'express'

/**
 * Protects a POST that relies on cookies from cross-site request forgery, by the browser's `Origin`
 * and `Sec-Fetch-Site`. A client that sends neither is no browser, so nobody can make it send
 * cookies.
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
