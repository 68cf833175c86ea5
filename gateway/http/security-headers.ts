import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { contentSecurityPolicy } from './content-security-policy.ts'

/**
 * Sets Helmet's headers, with our own Content-Security-Policy. Sets HSTS if the public URL is
 * https.
 */
export function securityHeaders(publicUrl: string): RequestHandler[] {
  const policy = contentSecurityPolicy()
  return [
    helmet({
      contentSecurityPolicy: false,
      strictTransportSecurity: publicUrl.startsWith('https:'),
    }),
    (_request, response, next) => {
      response.set('Content-Security-Policy', policy)
      next()
    },
  ]
}

export const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}
