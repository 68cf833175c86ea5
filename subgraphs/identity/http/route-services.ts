import { parseCookie } from 'cookie'
import type { Request } from 'express'
import type { RequestMetadata } from '../../../platform/auth/viewer.ts'
import type { Log } from '../../../platform/lib/log.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { IdentityServices, SignInContext } from '../context.ts'
import type { ShowPage } from './pages.ts'

/** The services that the gateway provides to the login routes. */
export interface RouteServices extends IdentityServices {
  db: Database
  log: Log
  requestMetadata(request: Request): RequestMetadata
  show: ShowPage
}

export type Cookies = Record<string, string | undefined>

export const cookiesOf = (request: Request): Cookies => parseCookie(request.headers.cookie ?? '')

export const signInContextOf = (services: RouteServices, request: Request): SignInContext => ({
  ...services,
  request: services.requestMetadata(request),
})
