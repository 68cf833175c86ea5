import type { ApiToken, PartnerClient, RequestMetadata } from '../../platform/auth/viewer.ts'
import type { Database } from '../../platform/postgres/database.ts'

export interface AuthenticationServices {
  db: Database
  publicUrl: string
  authentication: Authentication
}

/** Functions of the identity subgraph that authentication calls. `service.ts` provides them. */
export interface Authentication {
  /** Returns whether a bearer token has the form of a partner client's JWT. */
  isClientAssertion(bearer: string): boolean
  /** Returns the partner client; null when the JWT is not valid. */
  authenticateClient(request: RequestMetadata, bearer: string): Promise<PartnerClient | null>
  /** The last use of a session or API token is stored at most once per this interval. */
  touchIntervalSeconds: number
  touchSession(tenantId: string, sessionId: string): Promise<void>
  touchApiToken(token: ApiToken): Promise<void>
  /** The use of a revoked or expired API token is recorded at most once per this interval. */
  refusalIntervalSeconds: number
  recordRefusedApiToken(request: RequestMetadata, token: ApiToken): Promise<void>
}

/**
 * Returns whether an action is due that runs at most once per interval.
 * @param secondsSince the seconds since the action last ran; null when it has never run
 */
export const isDue = (secondsSince: number | null, intervalSeconds: number): boolean =>
  secondsSince === null || secondsSince >= intervalSeconds
