/** The origin of a request, as the Activity Log stores it. */
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type { Request } from 'express'
import type { RequestMetadata } from '../../platform/auth/viewer.ts'

/** W3C Trace Context §3.2, version 00. IDs that are all zeros are invalid. */
const traceparent = /^00-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const maxUserAgentLength = 256

type RequestWithMetadata = Request & { metadata?: RequestMetadata }

/**
 * Returns the same frozen object for each call with the same request. The request ID is never taken
 * from the client, because a client could make two requests share one.
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

/** The client's IP address. When a trusted proxy names no valid address, the proxy's own. */
export const clientAddress = ({
  ip = '',
  socket,
}: Pick<Request, 'ip' | 'socket'>): string | null =>
  isIP(ip) ? ip : (socket.remoteAddress ?? null)
