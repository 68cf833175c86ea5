/**
 * The assertion with which a partner hands a technician over (a profile of RFC 7523 modelled on ID-JAG), as a list of named checks.
 * `createHandoff` and `validateHandoff` go through the same list.
 */
import { and, eq, sql } from 'drizzle-orm'
import { handoffTerms, type PartnerInstance } from '../../../drizzle/reads.ts'
import { assertionId } from '../../../drizzle/tables/identity.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import type { PinnedKey } from '../../../platform/auth/jwk.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import { isUuid } from '../../../platform/postgres/database.ts'
import type { HandoffCheckName, UserErrorCode } from '../schema.types.ts'
import { ambiguousHeaders, type Jws, maxJwsBytes, parseJws, verifySignature } from './jws.ts'

export const assertionType = 'oauth-id-jag+jwt'
export const assertionMaxLifetimeSeconds = 120
export const clockSkewSeconds = 30
/** How much longer than it could be presented a `jti` is held: the database's clock may be put back. */
export const heldLongerSeconds = 3_600
/** The database's clock, in seconds. */
export const clock = sql<number>`extract(epoch from clock_timestamp())::float8`

/** What a verified assertion says. */
export interface Claims {
  iss: string
  client_id: string
  aud: unknown
  sub: string
  tenant: string
  binding: 'browser' | 'client'
  txn?: string
  jti: string
  iat: number
  exp: number
  auth_time?: number
  amr?: string[]
  name?: string
  email?: string
  reason?: string
  ticket?: string
  sid?: string
}

/** A browser's transaction, as its public half tells it. */
export interface OpenTransaction {
  clientId: string
  tenantId: string
  /** SHA-256 of the secret in the browser's cookie. */
  secretHash: string
}

/** What is at hand when an assertion is checked, and what the checks have found so far. */
export interface Case {
  assertion: string
  /** Our own issuer. */
  issuer: string
  findInstance(issuer: string): Promise<PartnerInstance | undefined>
  findKey(
    instance: PartnerInstance,
    header: Record<string, unknown>,
  ): Promise<PinnedKey | undefined>
  openTransaction(txn: string): Promise<OpenTransaction | null>
  jws?: Jws
  instance?: PartnerInstance
  key?: PinnedKey
  claims?: Claims
  terms?: Awaited<ReturnType<typeof handoffTerms>>
  jtiSeen?: boolean
  /** The database's clock, in seconds: it also says how long a `jti` is held, and is the same for every node. */
  now?: number
  transaction?: OpenTransaction | null
}

interface Check {
  name: HandoffCheckName
  code: UserErrorCode
  /** Null if passed, else what to mend. */
  run(it: Case): Promise<string | null> | string | null
  /** A failure leaves nothing to check for the ones that need it. */
  needs?: HandoffCheckName
}

/** Checks of the token itself. Each stands on the one before; nothing is told beyond the first failure. */
const tokenChecks: Check[] = [
  { name: 'FORMAT', code: 'ASSERTION_INVALID', run: isStrictJws },
  { name: 'TYPE', code: 'ASSERTION_INVALID', run: hasOurType },
  { name: 'KEY', code: 'ASSERTION_INVALID', run: namesRegisteredKey },
  { name: 'HEADER', code: 'ASSERTION_INVALID', run: hasPlainHeader },
  { name: 'SIGNATURE', code: 'ASSERTION_INVALID', run: isSigned },
  { name: 'MEMBERS', code: 'ASSERTION_INVALID', run: hasMembers },
]

/** Checks of what a properly signed token says. */
const claimChecks: Check[] = [
  { name: 'ISSUER', code: 'ASSERTION_INVALID', run: isFromItsInstance },
  { name: 'AUDIENCE', code: 'AUDIENCE_MISMATCH', run: isForUs },
  { name: 'LIFETIME', code: 'ASSERTION_EXPIRED', run: isCurrent },
  { name: 'REPLAY', code: 'ASSERTION_REPLAYED', run: isNew },
  { name: 'SUBJECT', code: 'ASSERTION_INVALID', run: namesSomebody },
  { name: 'TENANT', code: 'PARTNER_NOT_ASSOCIATED', run: isAssociated },
  { name: 'FEATURE', code: 'MICROSOFT_SIGN_IN_REQUIRED', run: isFeatureOn, needs: 'TENANT' },
  { name: 'TECHNICIAN', code: 'TECHNICIAN_NOT_ALLOWED', run: isAllowed, needs: 'TENANT' },
  { name: 'AUTHENTICATION', code: 'MFA_REQUIRED', run: isAuthenticatedEnough, needs: 'TENANT' },
  { name: 'BINDING', code: 'BINDING_MISMATCH', run: isBound },
]

export interface Finding {
  name: HandoffCheckName
  /** Null where an earlier failure left nothing to check. */
  passed: boolean | null
  code: UserErrorCode | null
  message: string | null
}

/** Runs the checks of the token. If all pass, `it.instance`, `it.key` and `it.claims` are there. */
export const checkToken = (it: Case) => runChecks(tokenChecks, it, true)

/** Runs the checks of the claims, in a transaction of the tenant that they name. */
export async function checkClaims(it: Case, tx: ReadTx | null): Promise<Finding[]> {
  const { jti, iss, binding, txn } = it.claims!
  if (tx) {
    it.terms = await handoffTerms(tx, it.instance!.clientId)
    const seen = tx
      .select()
      .from(assertionId)
      .where(and(eq(assertionId.issuer, iss), eq(assertionId.jti, jti)))
    const [row] = await tx.execute<{ now: number; seen: boolean }>(
      sql`select ${clock} as now, exists ${seen} as seen`,
    )
    it.now = row!.now
    it.jtiSeen = row!.seen
  }
  it.transaction = binding === 'browser' && txn ? await it.openTransaction(txn) : null
  return runChecks(claimChecks, it, false)
}

/** Whether the token is good and its claims were checked, and its tenant is not associated with the instance, or is no tenant at all. */
export const isOfNoAssociatedTenant = (it: Case): boolean =>
  it.claims !== undefined && isAssociated(it) !== null

/** All checks as skipped: what follows a failed check of the token. */
export const skippedClaimChecks = (): Finding[] =>
  claimChecks.map(({ name }) => ({ name, passed: null, code: null, message: null }))

async function runChecks(checks: Check[], it: Case, stopAtFailure: boolean): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { name, code, run, needs } of checks) {
    const unmet = needs
      ? findings.some((finding) => finding.name === needs && !finding.passed)
      : stopAtFailure && findings.some(({ passed }) => !passed)
    const message = unmet ? null : await run(it)
    findings.push({
      name,
      passed: unmet ? null : message === null,
      code: message === null ? null : code,
      message,
    })
  }
  return findings
}

/** Whom the claims hand over; where SUBJECT fails, who does not let themselves be written down: then it is the instance's attempt. */
export function handedOver(
  it: Case,
): Extract<Actor, { __typename: 'PartnerTechnician' | 'PartnerClient' }> {
  const { clientId, platform, name: instance } = it.instance!
  if (namesSomebody(it) !== null)
    return {
      __typename: 'PartnerClient',
      key: `client:${clientId}`,
      displayName: instance,
      platform,
    }
  const { sub, name, email } = it.claims!
  return {
    __typename: 'PartnerTechnician',
    key: `partner:${clientId}:${sub}`,
    displayName: name ?? sub,
    platform,
    instance,
    subject: sub,
    email: email ?? null,
  }
}

function isStrictJws(it: Case) {
  it.jws = parseJws(it.assertion) ?? undefined
  return it.jws
    ? null
    : `A compact JWS of at most ${maxJwsBytes} bytes, in base64url without padding, header and payload JSON objects.`
}

function hasOurType(it: Case) {
  return it.jws!.header.typ === assertionType ? null : `\`typ\` is \`${assertionType}\`.`
}

async function namesRegisteredKey(it: Case) {
  const { iss } = it.jws!.claims
  it.instance =
    typeof iss === 'string' && isPlainText(iss, 2048) ? await it.findInstance(iss) : undefined
  it.key = it.instance && (await it.findKey(it.instance, it.jws!.header))
  return it.key
    ? null
    : 'No key counts for this issuer under this `kid` and `alg`: none is registered, or its JWKS URL does not show it.'
}

function hasPlainHeader(it: Case) {
  const found = ambiguousHeaders.filter((name) => name in it.jws!.header)
  return found.length
    ? `The header may not hold ${found.map((name) => `\`${name}\``).join(', ')}.`
    : null
}

async function isSigned(it: Case) {
  return (await verifySignature(it.jws!, it.key!))
    ? null
    : 'The signature does not verify with the registered key.'
}

function hasMembers(it: Case) {
  const { claims, repeatsMember } = it.jws!
  if (repeatsMember) return 'A member stands there twice.'
  const isText = (value: unknown) => typeof value === 'string'
  const isSeconds = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
  const types: Record<keyof Claims, [required: boolean, accepts: (value: unknown) => boolean]> = {
    iss: [true, isText],
    client_id: [true, isText],
    aud: [true, (value) => isText(value) || Array.isArray(value)],
    sub: [true, isText],
    tenant: [true, isText],
    binding: [true, (value) => value === 'browser' || value === 'client'],
    txn: [false, isText],
    jti: [true, (value) => typeof value === 'string' && isPlainText(value, 255)],
    iat: [true, isSeconds],
    exp: [true, isSeconds],
    auth_time: [false, isSeconds],
    amr: [
      false,
      (value) =>
        Array.isArray(value) &&
        value.length <= 20 &&
        value.every((item) => typeof item === 'string' && item.length <= 40),
    ],
    name: [false, isText],
    email: [false, isText],
    reason: [false, isText],
    ticket: [false, isText],
    sid: [false, isText],
  }
  const wrong = Object.entries(types).filter(([name, [required, accepts]]) =>
    Object.hasOwn(claims, name) ? !accepts(claims[name]) : required,
  )
  if (wrong.length)
    return `Missing, or not of the right type: ${wrong.map(([name]) => `\`${name}\``).join(', ')}.`
  it.claims = claims as unknown as Claims
  return null
}

function isFromItsInstance({ claims, instance }: Case) {
  return claims!.iss === instance!.issuer && claims!.client_id === instance!.clientId
    ? null
    : '`iss` and `client_id` belong to the same instance.'
}

function isForUs({ claims, issuer }: Case) {
  return claims!.aud === issuer ? null : `\`aud\` is \`${issuer}\`, as one string.`
}

function isCurrent({ claims, now = ownClock() }: Case) {
  const { iat, exp } = claims!
  if (exp <= iat || exp - iat > assertionMaxLifetimeSeconds)
    return `\`exp\` is at most ${assertionMaxLifetimeSeconds} s after \`iat\`.`
  if (iat > now + clockSkewSeconds) return '`iat` lies in the future.'
  return exp > now - clockSkewSeconds ? null : '`exp` has passed.'
}

/** Where the claims name nothing that a database could be asked about. */
const ownClock = () => Date.now() / 1000

function isNew({ jtiSeen }: Case) {
  return jtiSeen ? 'This `jti` was used up already: make a new assertion.' : null
}

function namesSomebody({ claims }: Case) {
  const { sub, name, email, reason, ticket, sid } = claims!
  const bounds: [string, string | undefined, number][] = [
    ['sub', sub, 255],
    ['name', name, 256],
    ['email', email, 254],
    ['reason', reason, 500],
    ['ticket', ticket, 128],
    ['sid', sid, 255],
  ]
  const wrong = bounds.filter(
    ([, value, maxLength]) => value !== undefined && !isPlainText(value, maxLength),
  )
  return wrong.length
    ? `Not one plain line within its bound: ${wrong.map(([member]) => `\`${member}\``).join(', ')}.`
    : null
}

function isAssociated({ claims, terms }: Case) {
  return isUuid(claims!.tenant) && terms?.associationId
    ? null
    : 'The instance is not associated with this tenant, or there is no such tenant.'
}

function isFeatureOn({ terms }: Case) {
  return terms!.itCompleteLoginEnabled && terms!.access
    ? null
    : 'Login with IT Complete is off for this tenant: only Microsoft sign-in is left.'
}

function isAllowed({ claims, terms }: Case) {
  const allowed = terms!.allowedTechnicians
  return allowed === null || allowed.includes(claims!.sub)
    ? null
    : "The tenant's allow-list does not name this technician."
}

function isAuthenticatedEnough({ claims, terms, now = ownClock() }: Case) {
  const { auth_time: authTime, amr } = claims!
  const maxAgeMinutes = terms!.mfaMaxAgeMinutes
  if (maxAgeMinutes === null) return null
  const ageSeconds = now - (authTime ?? 0)
  const isRecent = ageSeconds <= maxAgeMinutes * 60 && ageSeconds >= -clockSkewSeconds
  return isRecent && amr?.includes('mfa')
    ? null
    : `The tenant asks for multi-factor authentication within ${maxAgeMinutes} minutes: \`auth_time\`, and \`mfa\` in \`amr\`.`
}

function isBound({ claims, instance, transaction }: Case) {
  if (claims!.binding === 'client')
    return claims!.txn === undefined ? null : 'A client-bound assertion has no `txn`.'
  const isOpen =
    transaction?.clientId === instance!.clientId && transaction.tenantId === claims!.tenant
  return isOpen
    ? null
    : '`txn` is the one that the handoff URL was given, for this tenant, and not older than 10 minutes.'
}
