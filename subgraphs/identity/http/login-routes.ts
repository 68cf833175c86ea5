/** The HTTP routes for sign-in and sign-out in browsers, and for partners' security events. */
import { Router } from 'express'
import { addConnectRoutes } from './connect-routes.ts'
import { addLogoutRoute } from './logout-route.ts'
import { addMicrosoftRoutes } from './microsoft-routes.ts'
import type { RouteServices } from './route-services.ts'
import { addSecurityEventRoute } from './security-event-route.ts'
import { handleRouteErrors } from './sign-in-error.ts'

/**
 * Creates the router of the login routes. Browsers sign in only with these routes, and API clients
 * sign in only with GraphQL mutations.
 */
export function createLoginRoutes(services: RouteServices): Router {
  const router = Router({ strict: true })
  addConnectRoutes(router, services)
  addMicrosoftRoutes(router, services)
  addSecurityEventRoute(router, services)
  addLogoutRoute(router, services)
  router.use(handleRouteErrors(services))
  return router
}

/**
 * For each login route: who may use the route, and which Activity Log action the route records.
 * docs/permissions.md is generated from this table, and test/house/audit-coverage.test.ts requires
 * an entry for each route.
 */
export const loginRoutes = {
  'GET /connect': {
    who: 'anyone',
    action: null,
    because: 'it starts a transaction in a cookie and changes nothing else',
  },
  'GET /connect/:tenantId': {
    who: 'anyone',
    action: null,
    because: 'it only shows a page, so a link scanner that opens it changes nothing',
  },
  'POST /connect/:tenantId': {
    who: 'the browser that started the transaction, with the code',
    action: 'handoff.redeemed',
  },
  'GET /login/microsoft': {
    who: 'anyone',
    action: null,
    because: 'it starts a sign-in in a cookie and changes nothing else',
  },
  'GET /login/microsoft/callback': {
    who: 'the browser that started the sign-in, if its user is an admin of the tenant',
    action: 'microsoft_login.completed',
  },
  'GET /login/microsoft/native': {
    who: 'anyone',
    action: null,
    because: 'it is a page that says that the window can be closed',
  },
  'POST /events/caep': {
    who: 'a partner instance, by the signature of its event',
    action: 'federated_sessions.revoked',
  },
  'POST /logout': { who: 'the session itself', action: 'session.signed_out' },
} as const satisfies Record<string, { who: string; action: string | null; because?: string }>
