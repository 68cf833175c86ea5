import type { ApiToken, PartnerClient, RequestMetadata } from '../../platform/auth/viewer.ts'
import type { Database } from '../../platform/postgres/database.ts'

export interface AuthenticationServices {
  db: Database
  publicUrl: string
  authentication: Authentication
}

/**
 * Functions of the identity subgraph that authentication calls. `service.ts` provides these
 * functions.
 */
export interface Authentication {
  /** Returns whether a bearer token has the format of a partner client's JWT. */
  isClientAssertion(bearer: string): boolean
  /** Returns the partner client, or null if the JWT is not valid. */
  authenticateClient(request: RequestMetadata, bearer: string): Promise<PartnerClient | null>
  /** The minimum time between two updates of the last-used time of a session or API token. */
  touchIntervalSeconds: number
  touchSession(tenantId: string, sessionId: string): Promise<void>
  touchApiToken(token: ApiToken): Promise<void>
  /**
   * The minimum time between two events that record the use of the same revoked or expired API
   * token.
   */
  refusalIntervalSeconds: number
  recordRefusedApiToken(request: RequestMetadata, token: ApiToken): Promise<void>
}

/**
 * Returns whether an action that runs at most once per interval must run now.
 * @param secondsSince the seconds since the last run; null if the action has never run
 */
export const isDue = (secondsSince: number | null, intervalSeconds: number): boolean =>
  secondsSince === null || secondsSince >= intervalSeconds
