/**
 * Defines the routes of the console. Paths contain the tenant id, so that two browser tabs can use
 * the sessions of two tenants.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type SearchSchemaInput,
} from '@tanstack/react-router'
import { type ActivitySearch, validateActivitySearch } from '../pages/activity/search-params.ts'
import { ErrorPage } from '../pages/error.tsx'
import { NotFoundPage } from '../pages/not-found.tsx'
import { RefusedPage } from '../pages/refused.tsx'
import { type SettingsSearch, validateSettingsSearch } from '../pages/settings/search-params.ts'
import { pageData } from './page-data.ts'

export interface SignInSearch {
  /** The tenant id. Only sign-in links that a tenant gives to its users contain this parameter. */
  tenant?: string | undefined
  domain?: string | undefined
  signedOut?: boolean | undefined
}

const rootRoute = createRootRoute({
  component: RootPage,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
})

/** Shows the page that the gateway chose, or else the page of the route. */
function RootPage() {
  if (pageData.kind === 'refused') return <RefusedPage refusal={pageData} />
  return pageData.kind === 'not-found' ? <NotFoundPage /> : <Outlet />
}

const text = (value: unknown) =>
  typeof value === 'string' && value.length <= 253 ? value : undefined

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): SignInSearch => ({
    tenant: text(search.tenant)?.toLowerCase(),
    domain: text(search.domain),
    signedOut: search.signedOut === true || undefined,
  }),
  component: lazyRouteComponent(() => import('../pages/sign-in/page.tsx'), 'SignInPage'),
})

const connectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connect/$tenantId',
  component: lazyRouteComponent(() => import('../pages/connect/page.tsx'), 'ConnectPage'),
})

const tenantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/t/$tenantId',
  // The API and the session cookies write the tenant ID in lower case.
  params: {
    parse: ({ tenantId }) => ({ tenantId: tenantId.toLowerCase() }),
    stringify: ({ tenantId }) => ({ tenantId }),
  },
  component: lazyRouteComponent(() => import('../pages/tenant/layout.tsx'), 'TenantLayout'),
})

const tenantIndexRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/t/$tenantId/settings', params, replace: true })
  },
})

const settingsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/settings',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): SettingsSearch =>
    validateSettingsSearch(search),
  component: lazyRouteComponent(() => import('../pages/settings/page.tsx'), 'SettingsPage'),
})

const sessionsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../pages/sessions/page.tsx'), 'SessionsPage'),
})

const activityRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/activity',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): ActivitySearch =>
    validateActivitySearch(search),
  component: lazyRouteComponent(() => import('../pages/activity/page.tsx'), 'ActivityPage'),
})

const eventRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/activity/$eventId',
  component: lazyRouteComponent(() => import('../pages/activity/event-page.tsx'), 'EventPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  connectRoute,
  tenantRoute.addChildren([
    tenantIndexRoute,
    settingsRoute,
    sessionsRoute,
    activityRoute,
    eventRoute,
  ]),
])

export const createConsoleRouter = () =>
  createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
