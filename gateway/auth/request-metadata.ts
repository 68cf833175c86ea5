/** Metadata of the client and the request. The Activity Log stores the metadata with each event. */
import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import ipaddr from 'ipaddr.js'
import type { RequestMetadata } from '../../platform/auth/viewer.ts'

/** W3C Trace Context §3.2, version 00. IDs that are all zeros are invalid. */
const traceparent = /^00-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const maxUserAgentLength = 256

type RequestWithMetadata = Request & { metadata?: RequestMetadata }

/**
 * Returns the frozen metadata of a request; repeated calls return the same object. The service
 * generates the request ID, because a client could send the same ID twice.
 */
export function requestMetadata(request: RequestWithMetadata): RequestMetadata {
  request.metadata ??= Object.freeze({
    requestId: randomUUID(),
    traceId: traceparent.exec(request.get('traceparent') ?? '')?.[1] ?? null,
    ipAddress: clientAddress(request),
    userAgent:
      request
        .get('user-agent')
        ?.slice(0, maxUserAgentLength)
        .replaceAll(/\p{Cc}/gu, '') ?? null,
  })
  return request.metadata
}

/**
 * Returns the client's IP address in its canonical form (RFC 5952), without a port. Returns the
 * address of the trusted proxy if the proxy sent no valid client address.
 */
export const clientAddress = ({ ip = '', socket }: Pick<Request, 'ip' | 'socket'>): string | null =>
  canonicalAddress(ip) ?? canonicalAddress(socket.remoteAddress ?? '')

/** `[address]:port` or `[address]`, as some proxies write an IPv6 address. */
const bracketed = /^\[([^[\]]+)\](?::\d{1,5})?$/
const ipv4WithPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/

/** Returns null if the text is no IP address. An IPv4-mapped IPv6 address becomes IPv4. */
function canonicalAddress(text: string): string | null {
  const withoutPort = (bracketed.exec(text) ?? ipv4WithPort.exec(text))?.[1] ?? text
  // A zone (RFC 4007 §11) has a meaning only on the proxy.
  const [address = ''] = withoutPort.split('%')
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)
  return isAddress ? ipaddr.process(address).toString() : null
}
