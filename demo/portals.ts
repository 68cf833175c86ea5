/** Stand-ins for VSA and UniView: a list of tenants with "Connect to O365", and the handoff URL behind it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { JWK } from 'jose'
import type { DemoPartner } from './data.ts'
import { signAssertion } from './partner.ts'

export interface Portal extends DemoPartner {
  privateJwk: JWK
}

export interface PortalOptions {
  /** Where they were before, if they were: kept if it is free. */
  port: number | undefined
  portals: Portal[]
  /** The service to which technicians connect. */
  service: string
  tenants: { id: string; name: string }[]
}

export interface Portals {
  url: string
  close(): Promise<void>
}

export async function startPortals({ portals, service, tenants, port: earlierPort }: PortalOptions): Promise<Portals> {
  const app = express().disable('x-powered-by')

  app.get('/:clientId', (request, response, next) => {
    const portal = portals.find(({ clientId }) => clientId === request.params.clientId)
    if (!portal) return next()
    const rows = tenants.map(({ id, name }) => {
      const connect = `${service}/connect?${new URLSearchParams({ client: portal.clientId, tenant: id })}`
      return `<tr><td>${html(name)}</td><td><a href="${html(connect)}">Connect to O365</a></td></tr>`
    })
    response.send(page(portal.name, `<p>Signed in as ${html(portal.technicians[0]!.name)}.</p><table>${rows.join('')}</table>`))
  })

  // The portal knows its technician, so it asks for a code for them, and sends the browser on with it.
  app.get('/:clientId/handoff', async (request, response, next) => {
    const portal = portals.find(({ clientId }) => clientId === request.params.clientId)
    const { tenant: tenantId, txn } = request.query
    if (!portal || typeof tenantId !== 'string' || typeof txn !== 'string') return next()
    const assertion = await signAssertion(portal, { audience: service, tenantId, technician: portal.technicians[0]!, txn })
    const query =
      'mutation CreateHandoff($input: CreateHandoffInput!) { createHandoff(input: $input) { connectUrl userErrors { code message } } }'
    const answer = await fetch(`${service}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { assertion } } }),
      signal: AbortSignal.timeout(10_000),
    })
    const { data } = (await answer.json()) as {
      data?: { createHandoff?: { connectUrl?: string; userErrors: { code: string; message: string }[] } }
    }
    const { connectUrl, userErrors = [] } = data?.createHandoff ?? {}
    if (connectUrl) return response.redirect(302, connectUrl)
    const reasons = userErrors.map(({ code, message }) => `<p>${html(message)} <small>(${html(code)})</small></p>`)
    response.status(403).send(page(portal.name, `<p>Connect to O365 did not work.</p>${reasons.join('')}`))
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

const page = (
  title: string,
  body: string,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(title)}</title><style>body{font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}td{padding:.3rem 1.5rem .3rem 0}</style>
<h1>${html(title)}</h1><p><em>A stand-in for development. Nothing here is the real product.</em></p>${body}</html>`

const html = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
