/** Authenticates bearer tokens, which are session tokens or API tokens. */
import { apiTokenByHash } from '../../drizzle/reads/api-tokens.ts'
import { parseToken } from '../../platform/auth/tokens.ts'
import {
  anonymous,
  apiTokenViewer,
  type RequestMetadata,
  type Viewer,
} from '../../platform/auth/viewer.ts'
import { recordUnknownToken } from './record-unknown-token.ts'
import { type AuthenticationServices, isDue } from './services.ts'
import { authenticateSession } from './session-token.ts'

/**
 * Returns the viewer of a bearer token, or `anonymous` if the token is unknown, expired or revoked.
 */
export async function authenticateBearer(
  services: AuthenticationServices,
  metadata: RequestMetadata,
  text: string,
): Promise<Viewer> {
  const viewer = await authenticateSession(services, text)
  const token = parseToken(text)
  if (viewer !== anonymous || !token) return viewer
  const { db, authentication } = services
  const stored = await db.read(token.tenantId, (tx) => apiTokenByHash(tx, token.hash))
  if (!stored) {
    await recordUnknownToken(services, metadata, token.tenantId)
    return anonymous
  }
  const apiToken = apiTokenViewer(token.tenantId, stored)
  if (!stored.works) {
    if (isDue(stored.secondsSinceRefused, authentication.refusalIntervalSeconds))
      await authentication.recordRefusedApiToken(metadata, apiToken)
    return anonymous
  }
  if (isDue(stored.secondsSinceUsed, authentication.touchIntervalSeconds))
    await authentication.touchApiToken(apiToken)
  return apiToken
}
