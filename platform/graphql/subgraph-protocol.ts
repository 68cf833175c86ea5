/**
 * The HTTP protocol between a gateway and a subgraph server. Each request contains a signed viewer
 * token and the remaining time of the request.
 */
import type { KeyObject } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { RequestMetadata, Viewer } from '../auth/viewer.ts'

/**
 * The JWT header parameter `typ` of a viewer token. A viewer token is a JWT, signed with Ed25519,
 * that contains the viewer.
 */
export const viewerTokenType = 'viewer+jwt'
/** The lifetime of a viewer token in seconds. */
export const viewerTokenSeconds = 10
/** Returns the `aud` claim of a viewer token. A token is valid for one subgraph only. */
export const viewerTokenAudience = (subgraph: string) => `subgraph:${subgraph}`

/**
 * The request header with the maximum time that the gateway waits, in milliseconds. The header
 * contains a duration, because the clocks of gateway and subgraph may differ.
 */
export const deadlineHeader = 'x-deadline-ms'

export interface ViewerToken extends JWTPayload {
  viewer: Viewer
  request: RequestMetadata
}

export type VerifiedViewer = Pick<ViewerToken, 'viewer' | 'request'>

const clockToleranceSeconds = 2

/**
 * Verifies the viewer token in an `Authorization` header. Returns null if no gateway key signed the
 * token. If the signature is valid but the token is expired or not yet valid, returns the clock
 * difference in seconds.
 */
export async function verifyViewerToken(
  gatewayKeys: KeyObject[],
  subgraph: string,
  authorization = '',
): Promise<VerifiedViewer | { clockDiffersBySeconds: number } | null> {
  const token = /^Bearer ([\w.-]+)$/.exec(authorization)?.[1]
  if (!token) return null
  for (const key of gatewayKeys) {
    try {
      const { payload } = await jwtVerify<ViewerToken>(token, key, {
        algorithms: ['EdDSA'],
        typ: viewerTokenType,
        audience: viewerTokenAudience(subgraph),
        requiredClaims: ['iat', 'exp', 'viewer', 'request'],
        maxTokenAge: viewerTokenSeconds,
        clockTolerance: clockToleranceSeconds,
      })
      return { viewer: Object.freeze(payload.viewer), request: Object.freeze(payload.request) }
    } catch (error) {
      // jose checks the signature before the times. A gateway has therefore signed this token, and
      // the clock skew can be sent to the gateway.
      const isOutsideItsTime =
        error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
      if (
        isOutsideItsTime &&
        ['iat', 'exp'].includes(error.claim) &&
        typeof error.payload.iat === 'number'
      )
        return { clockDiffersBySeconds: Math.round(Date.now() / 1000 - error.payload.iat) }
    }
  }
  return null
}
