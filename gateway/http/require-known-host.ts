import type { RequestHandler } from 'express'
import { sendError } from '../../platform/http/send-error.ts'

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]']

/**
 * Refuses requests whose Host header differs from the host of the public URL, to prevent DNS
 * rebinding. Otherwise, an attacker's site whose host name resolves to a loopback address could use
 * the sessions of a service on this address.
 */
export function requireKnownHost(publicUrl: string): RequestHandler {
  const { protocol, hostname, host, port } = new URL(publicUrl)
  const hosts = new Set<string | undefined>(
    loopbackHosts.includes(hostname)
      ? loopbackHosts.map((name) => (port ? `${name}:${port}` : name))
      : [host],
  )
  return (request, response, next) => {
    if (hosts.has(canonicalHost(request.headers.host ?? '', protocol))) return next()
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

/**
 * Returns a Host header in the form in which `URL` writes it: in lower case, without the default
 * port of the scheme (RFC 9110 §4.2.3) and without the dot of an absolute domain name (RFC 3986
 * §3.2.2). Returns undefined if the header is not a host with an optional port.
 */
function canonicalHost(header: string, protocol: string): string | undefined {
  const url = /^[\w.:[\]-]+$/.test(header) ? URL.parse(`${protocol}//${header}`) : null
  return url?.host.replace(/\.(?=:|$)/, '')
}
