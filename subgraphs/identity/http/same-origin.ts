import type { RequestHandler } from 'express'

/**
 * Protects POST routes that use cookies from cross-site request forgery. Rejects a request whose
 * `Origin` or `Sec-Fetch-Site` header shows another origin. Accepts a request without these
 * headers, because such a request does not come from a browser and cannot be forged by a web page.
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
