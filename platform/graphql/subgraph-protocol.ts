/**
 * The HTTP protocol between a gateway and a subgraph server: a signed viewer token, and the
 * remaining time of the request.
 */
import type { KeyObject } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { RequestMetadata, Viewer } from '../auth/viewer.ts'

/**
 * The `typ` of a viewer token: the JWT, signed with Ed25519, that names the viewer to a subgraph.
 */
export const viewerTokenType = 'viewer+jwt'
/** The lifetime of a viewer token. */
export const viewerTokenSeconds = 10
/** The `aud` of a viewer token, which is valid for one subgraph only. */
export const viewerTokenAudience = (subgraph: string) => `subgraph:${subgraph}`

/**
 * The request header with the time that the gateway will wait, in milliseconds. It is a duration,
 * so that the two clocks do not have to agree.
 */
export const deadlineHeader = 'x-deadline-ms'

export interface ViewerToken extends JWTPayload {
  viewer: Viewer
  request: RequestMetadata
}

export type VerifiedViewer = Pick<ViewerToken, 'viewer' | 'request'>

const clockToleranceSeconds = 2

/**
 * Verifies the viewer token of an `Authorization` header. Returns null if no gateway key signed the
 * token, and the clock skew if the signature is valid but the time is not.
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
      // The signature was checked before the times, so a gateway signed this token and can receive
      // the clock skew.
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
