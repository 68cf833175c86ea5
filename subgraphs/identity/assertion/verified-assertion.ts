import type { PartnerInstance } from '../../../drizzle/reads/partner-instances.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'

/**
 * The claims of an assertion. The MEMBERS check has validated their types, and has made `name`,
 * `email`, `reason` and `ticket` plain. It has not validated other values.
 */
export interface AssertionClaims {
  readonly iss: string
  readonly client_id: string
  readonly aud: string | readonly unknown[]
  readonly sub: string
  readonly tenant: string
  readonly binding: 'browser' | 'client'
  readonly txn?: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly nbf?: number
  readonly auth_time?: number
  readonly amr?: readonly string[]
  readonly name?: string
  readonly email?: string
  readonly reason?: string
  readonly ticket?: string
  readonly sid?: string
}

/**
 * An assertion whose signature was verified with a public key of `instance`. `verifyAssertion`
 * creates this object, and `validateClaims` checks the claim values.
 */
export interface VerifiedAssertion {
  readonly claims: AssertionClaims
  readonly instance: PartnerInstance
  /** The ID of the key that signed the assertion. */
  readonly kid: string
}

/** Returns the technician of the assertion as an Activity Log actor. */
export function technicianActor({
  claims,
  instance,
}: VerifiedAssertion): Extract<Actor, { __typename: 'PartnerTechnician' }> {
  const { sub, name, email } = claims
  return {
    __typename: 'PartnerTechnician',
    key: `partner:${instance.clientId}:${sub}`,
    displayName: name ?? sub,
    platform: instance.platform,
    instance: instance.name,
    subject: sub,
    email: email ?? null,
  }
}

/** Returns the partner instance as an Activity Log actor. */
export const partnerClientActor = ({
  clientId,
  platform,
  name,
}: PartnerInstance): Extract<Actor, { __typename: 'PartnerClient' }> => ({
  __typename: 'PartnerClient',
  key: `client:${clientId}`,
  displayName: name,
  platform,
})
