/** Checks an assertion before the tenant is locked, and records refused assertions. */

import { partnerInstanceWithKeys } from '../../../drizzle/reads/partner-instances.ts'
import { organizationOf } from '../../../drizzle/reads/tenants.ts'
import type { AuditSubject } from '../../../platform/audit/event-row.ts'
import { recordRefusedSignIn, recordUnverified } from '../../../platform/audit/refusals.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import { keyRegistry } from '../assertion/checks/key.ts'
import { subjectProblem } from '../assertion/checks/subject.ts'
import type { CheckFailure, Finding } from '../assertion/findings.ts'
import { skippedClaimChecks, validateClaims } from '../assertion/validate-claims.ts'
import {
  partnerClientActor,
  technicianActor,
  type VerifiedAssertion,
} from '../assertion/verified-assertion.ts'
import { verifyAssertion } from '../assertion/verify-assertion.ts'
import type { SignInContext } from '../context.ts'
import { parseJws } from '../jwt/jws.ts'
import { PartnerKeysUnavailable } from '../jwt/published-keys.ts'

export type AssertionAction = 'handoff.created' | 'handoff.validated'

/** The tenant whose Activity Log records the attempt, and the actor of the attempt. */
export type HomeTenant = Omit<AuditSubject, 'sessionId'>

/** The result for a refused assertion. The refusal is already recorded. */
export interface RefusedAssertion {
  readonly findings: readonly Finding[]
  readonly failure: CheckFailure
  /**
   * True if the assertion is authentic but the tenant is not associated. The response is then
   * delayed, so that its timing does not reveal whether the tenant exists.
   */
  readonly needsPadding: boolean
}

/**
 * A verified assertion for an associated tenant. Validate its claims again after locking the
 * tenant, because the association can change in between.
 */
export interface ReceivedAssertion {
  readonly assertion: VerifiedAssertion
  readonly homeTenant: HomeTenant
  /** The results of the token checks. */
  readonly tokenFindings: readonly Finding[]
}

/**
 * Verifies an assertion and validates its claims. Records a refusal before returning.
 * @throws PartnerKeysUnavailable if the JWKS URL of the issuer fails
 */
export async function checkBeforeLock(
  signIn: SignInContext,
  compact: string,
  action: AssertionAction,
): Promise<ReceivedAssertion | RefusedAssertion> {
  const { db, publishedKeys } = signIn
  const registry = keyRegistry(publishedKeys, (issuer) =>
    db.read(null, (tx) => partnerInstanceWithKeys(tx, { issuer })),
  )
  const verification = await verifyAssertion(registry, compact).catch(async (error: unknown) => {
    if (error instanceof PartnerKeysUnavailable)
      await recordForOperators(signIn, action, parseJws(compact)?.claims ?? {}, {
        reason: error.code,
        failed: true,
      })
    throw error
  })
  if (verification.assertion === null) {
    const { findings, failure, unverifiedClaims } = verification
    await recordForOperators(signIn, action, unverifiedClaims, reasonOf(failure))
    return { findings: [...findings, ...skippedClaimChecks()], failure, needsPadding: false }
  }
  const { assertion, findings: tokenFindings } = verification
  const homeTenant = await homeTenantOf(signIn, assertion)
  const claims = await validateClaims(signIn, assertion)
  if (!claims.accepted && !(homeTenant && claims.isAssociated)) {
    const { findings, failure, isAssociated } = claims
    // Both branches insert one row, so that neither the response time nor the database load reveals
    // whether the tenant exists.
    if (homeTenant) await recordRefusedSignIn(signIn, homeTenant, { action, reason: failure.code })
    else await recordForOperators(signIn, action, { ...assertion.claims }, reasonOf(failure))
    return { findings: [...tokenFindings, ...findings], failure, needsPadding: !isAssociated }
  }
  if (!homeTenant) throw new Error('The tenant of the association does not exist.')
  return { assertion, homeTenant, tokenFindings }
}

const reasonOf = ({ code, name }: CheckFailure) => ({ reason: `${code}/${name}` })

function recordForOperators(
  signIn: SignInContext,
  action: AssertionAction,
  { iss, client_id, sub, tenant, jti }: Readonly<Record<string, unknown>>,
  result: { reason: string; failed?: boolean },
): Promise<void> {
  return recordUnverified(signIn, {
    action,
    claims: { iss, client_id, sub, tenant, jti },
    named: tenant,
    ...result,
  })
}

/** @returns null if the tenant in the `tenant` claim does not exist */
async function homeTenantOf(
  { db }: SignInContext,
  assertion: VerifiedAssertion,
): Promise<HomeTenant | null> {
  const { claims, instance } = assertion
  const { tenant: tenantId } = claims
  const exists = isUuid(tenantId) && (await db.read(null, (tx) => organizationOf(tx, tenantId)))
  if (!exists) return null
  // The Activity Log must not contain a `sub` that fails the SUBJECT check. In this case, the actor
  // of the event is the partner instance and not the technician.
  const actor = subjectProblem(claims) ? partnerClientActor(instance) : technicianActor(assertion)
  return { tenantId, actor, method: instance.platform, clientId: instance.clientId }
}
