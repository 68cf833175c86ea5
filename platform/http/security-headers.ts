import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Browser features that no page of the service uses. */
const unusedFeatures = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
const permissionsPolicy = unusedFeatures.map((feature) => `${feature}=()`).join(', ')

/**
 * Sets Helmet's headers and a Permissions-Policy. The Content-Security-Policy forbids everything,
 * as for JSON and downloads; a page replaces it by its own.
 * @param options.https whether to set HSTS
 */
export const securityHeaders = ({ https }: { https: boolean }): RequestHandler[] => [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: https,
    xFrameOptions: { action: 'deny' },
  }),
  (_request, response, next) => {
    response.set('Permissions-Policy', permissionsPolicy)
    next()
  },
]

export const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}
