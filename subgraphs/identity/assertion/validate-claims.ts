import { sql } from 'drizzle-orm'
import { handoffTerms } from '../../../drizzle/reads/handoffs.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import type { SignInContext } from '../context.ts'
import { type BrowserTransaction, openTransaction } from '../handoff/browser-transaction.ts'
import { databaseNowSeconds } from '../jwt/clock.ts'
import { isJtiConsumed } from '../jwt/replay-store.ts'
import type { ClaimContext, HandoffTerms } from './checks/check.ts'
import { claimChecks } from './checks/index.ts'
import { associationTerms } from './checks/tenant.ts'
import { type CheckFailure, type Finding, firstFailure, passed, skipped } from './findings.ts'
import type { VerifiedAssertion } from './verified-assertion.ts'

export type ClaimsResult =
  | {
      readonly accepted: true
      readonly findings: readonly Finding[]
      /**
       * The IDs and epochs of the objects that give access. The handoff and its session end when
       * one of these objects ends.
       */
      readonly access: NonNullable<HandoffTerms['access']>
      readonly transaction: BrowserTransaction | null
    }
  | {
      readonly accepted: false
      readonly findings: readonly Finding[]
      readonly failure: CheckFailure
      /** True if the tenant exists and has an active association with the partner instance. */
      readonly isAssociated: boolean
    }

/** Validates the claims of an assertion in a new read transaction, without locking the tenant. */
export function validateClaims(
  signIn: SignInContext,
  assertion: VerifiedAssertion,
): Promise<ClaimsResult> {
  const { tenant } = assertion.claims
  return isUuid(tenant)
    ? signIn.db.read(tenant, (tx) => validateClaimsIn(tx, signIn, assertion))
    : validateClaimsIn(null, signIn, assertion)
}

/**
 * Validates the claims of an assertion in the given transaction. If the transaction holds the
 * tenant's lock, the result stays valid until the commit.
 * @param tx null if the `tenant` claim is not a UUID, because then there is no tenant to read
 */
export async function validateClaimsIn(
  tx: ReadTx | null,
  signIn: SignInContext,
  assertion: VerifiedAssertion,
): Promise<ClaimsResult> {
  const context = await claimContext(tx, signIn, assertion)
  const terms = associationTerms(context)
  const findings = claimChecks.map((check): Finding => {
    const { name, code } = check
    if ('checkTerms' in check && !terms) return skipped(name)
    const message =
      'check' in check ? check.check(context) : terms && check.checkTerms(terms, context)
    return message === null ? passed(name) : { name, passed: false, code, message }
  })
  const failure = firstFailure(findings)
  if (failure) return { accepted: false, findings, failure, isAssociated: terms !== null }
  if (!terms?.access)
    throw new Error('The FEATURE check passed, but the tenant has no federated access.')
  return { accepted: true, findings, access: terms.access, transaction: context.transaction }
}

/**
 * Returns a "skipped" result for every claim check. Used when an assertion failed a token check.
 */
export const skippedClaimChecks = (): readonly Finding[] =>
  claimChecks.map(({ name }) => skipped(name))

async function claimContext(
  tx: ReadTx | null,
  { issuer, stateCipher }: SignInContext,
  assertion: VerifiedAssertion,
): Promise<ClaimContext> {
  const { binding, txn } = assertion.claims
  const read = tx && (await readTenant(tx, assertion))
  const transaction =
    binding === 'browser' && txn !== undefined ? await openTransaction(stateCipher, txn) : null
  return {
    assertion,
    issuer,
    terms: read?.terms,
    isReplayed: read?.isReplayed ?? false,
    // There is no transaction if the tenant is unknown, so the database's clock is not available.
    // The TENANT check then rejects the assertion in any case, so this process's clock is enough.
    nowSeconds: read?.nowSeconds ?? Date.now() / 1000,
    transaction,
  }
}

async function readTenant(tx: ReadTx, { claims, instance }: VerifiedAssertion) {
  const { tenant: tenantId, iss: issuer, jti } = claims
  const terms = await handoffTerms(tx, instance.clientId)
  const [row] = await tx.execute<{ now: number; consumed: boolean }>(
    sql`select ${databaseNowSeconds} as now, ${isJtiConsumed({ use: 'assertion', tenantId, issuer, jti })} as consumed`,
  )
  if (!row) throw new Error('The query for the claim checks returned no row.')
  return { terms, nowSeconds: row.now, isReplayed: row.consumed }
}
