import type { RequestMetadata } from '../../platform/auth/viewer.ts'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import type { Log } from '../../platform/lib/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { StateCipher } from './jwt/encrypted-state.ts'
import type { PublishedKeys } from './jwt/published-keys.ts'
import type { Loaders } from './loaders.ts'
import type { MicrosoftRegistration } from './microsoft/entra-client.ts'
import type { SessionLifetimes } from './sessions/create-session.ts'

/** The GraphQL context of the resolvers in this subgraph. */
export interface Context extends BaseContext {
  loaders: Loaders
  services: IdentityServices
}

/** The configuration and shared services of sign-in. All requests use the same instance. */
export interface IdentityServices {
  /**
   * The service's public URL, without a trailing slash. The `aud` claim of an assertion must equal
   * this URL.
   */
  issuer: string
  stateCipher: StateCipher
  publishedKeys: PublishedKeys
  codeLifetimeSeconds: number
  lifetimes: SessionLifetimes
  microsoft: MicrosoftRegistration
}

/** The dependencies of a sign-in request. Sign-in requests use either GraphQL or a login route. */
export interface SignInContext extends IdentityServices {
  db: Database
  log: Log
  request: RequestMetadata
}

export const signInContext = ({ services, db, log, request }: Context): SignInContext => ({
  ...services,
  db,
  log,
  request,
})
