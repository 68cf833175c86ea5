/**
 * Stand-ins for VSA and UniView. Each portal has a list of tenants with "Connect to O365", a choice
 * of technicians, and the handoff URL.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseCookie } from 'cookie'
import express, { type Request } from 'express'
import type { JWK } from 'jose'
import type { DemoPartner } from './data.ts'
import { signAssertion } from './partner.ts'
import { customersPage, refusedPage } from './portal-pages.ts'

export interface Portal extends DemoPartner {
  privateJwk: JWK
}

export interface PortalOptions {
  /** The port of the previous start, which is reused if the port is free. */
  port: number | undefined
  portals: Portal[]
  /** The public URL of the service to which technicians connect. */
  service: string
  tenants: { id: string; name: string; domain: string }[]
}

export interface Portals {
  url: string
  close(): Promise<void>
}

export async function startPortals({
  portals,
  service,
  tenants,
  port: earlierPort,
}: PortalOptions): Promise<Portals> {
  const app = express().disable('x-powered-by')

  const viewOf = (request: Request) => {
    const portal = portals.find(({ clientId }) => clientId === request.params.clientId)
    if (!portal) return null
    const cookie = parseCookie(request.headers.cookie ?? '')[cookieName(portal)]
    const technician =
      portal.technicians.find(({ sub }) => sub === (request.query.technician ?? cookie)) ??
      portal.technicians[0]!
    return { portal, technician, service, others: portals.filter((other) => other !== portal) }
  }

  app.get('/:clientId', (request, response, next) => {
    const view = viewOf(request)
    if (!view) return next()
    const { portal, technician } = view
    if (request.query.technician !== undefined)
      return response
        .cookie(cookieName(portal), technician.sub, {
          httpOnly: true,
          sameSite: 'lax',
          path: `/${portal.clientId}`,
        })
        .redirect(303, `/${portal.clientId}`)
    response.send(customersPage(view, tenants))
  })

  // Requests a handoff code for the signed-in technician, and redirects the browser to the service.
  app.get('/:clientId/handoff', async (request, response, next) => {
    const view = viewOf(request)
    const { tenant: tenantId, txn } = request.query
    if (!view || typeof tenantId !== 'string' || typeof txn !== 'string') return next()
    const { portal, technician } = view
    const assertion = await signAssertion(portal, { audience: service, tenantId, technician, txn })
    const query =
      'mutation CreateHandoff($input: CreateHandoffInput!) { createHandoff(input: $input) { connectUrl userErrors { code message } } }'
    const answer = await fetch(`${service}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { assertion } } }),
      signal: AbortSignal.timeout(10_000),
    })
    const { data } = (await answer.json()) as {
      data?: {
        createHandoff?: { connectUrl?: string; userErrors: { code: string; message: string }[] }
      }
    }
    const { connectUrl, userErrors = [] } = data?.createHandoff ?? {}
    if (connectUrl) return response.redirect(302, connectUrl)
    response.status(403).send(refusedPage(view, userErrors))
  })

  const server = createServer(app)
  const listenAt = async (port: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
    await promise
  }
  await listenAt(earlierPort ?? 0).catch(() => listenAt(0))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/**
 * Returns the name of the cookie that identifies the signed-in technician. Each portal has a
 * different name and path, because all ports of a host share their cookies.
 */
const cookieName = ({ clientId }: Portal) => `portal-${clientId}`
