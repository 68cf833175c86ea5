import type { RequestHandler } from 'express'
import { sendError } from '../../platform/http/send-error.ts'

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]']

/**
 * Refuses requests whose Host header differs from the host of the public URL, to prevent DNS
 * rebinding. Otherwise, an attacker's site whose host name resolves to a loopback address could use
 * the sessions of a service on this address.
 */
export function requireKnownHost(publicUrl: string): RequestHandler {
  const { hostname, host, port } = new URL(publicUrl)
  const hosts = new Set(
    loopbackHosts.includes(hostname)
      ? loopbackHosts.map((name) => (port ? `${name}:${port}` : name))
      : [host],
  )
  return (request, response, next) => {
    if (hosts.has(request.headers.host ?? '')) return next()
    if (request.headers.host === undefined)
      return sendError(response, 400, 'BAD_REQUEST', 'The Host header is required.')
    sendError(
      response,
      421,
      'MISDIRECTED_REQUEST',
      'The Host header names another service. Use the host of PUBLIC_URL.',
    )
  }
}
