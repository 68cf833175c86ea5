/** From a partner's assertion to a one-time code, and from the code to a session. */
import { randomBytes } from 'node:crypto'
import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import { handoffByCode, organizationOf, partnerInstanceWithKeys } from '../../../drizzle/reads.ts'
import { assertionId, handoff, knownTechnician } from '../../../drizzle/tables/identity.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import {
  auditedWithProof,
  recordRefusedSignIn,
  recordUnverified,
  throwUserError,
} from '../../../platform/audit/audited.ts'
import { padTiming } from '../../../platform/auth/timing-padding.ts'
import { newToken, parseToken, sha256 } from '../../../platform/auth/tokens.ts'
import type { PartnerClient, RequestMetadata } from '../../../platform/auth/viewer.ts'
import type { UserError } from '../../../platform/lib/errors.ts'
import { type Database, isUuid, type WriteTx } from '../../../platform/postgres/database.ts'
import type { UserErrorCode } from '../schema.types.ts'
import {
  type Case,
  checkClaims,
  checkToken,
  clockSkewSeconds,
  type Finding,
  handedOver,
  heldLongerSeconds,
  isOfNoAssociatedTenant,
  type OpenTransaction,
  skippedClaimChecks,
} from './assertion.ts'
import type { PublishedKeys } from './jwks.ts'
import { registeredKey } from './keys.ts'
import type { Sealer } from './sealed.ts'
import { beginSession, type SessionLifetimes } from './session.ts'

/** What both ways in work with. */
export interface LoginServices {
  db: Database
  /** Our issuer: the public address without a slash at its end. */
  issuer: string
  sealer: Sealer
  publishedKeys: PublishedKeys
  codeLifetimeSeconds: number
  lifetimes: SessionLifetimes
  request: RequestMetadata
}

const transactionLifetimeSeconds = 600

// --- The browser's transaction ---------------------------------------------------------------------------------

/** Begins a browser's transaction, or goes on with the one that its cookie holds, so that a second click does no harm. */
export async function beginTransaction(
  { sealer }: LoginServices,
  at: { clientId: string; tenantId: string },
  cookie: string | undefined,
) {
  const earlier = cookie
    ? await sealer.open<{ clientId: string; tenantId: string; secret: string }>(
        'handoff transaction cookie',
        cookie,
      )
    : null
  const isSame = earlier?.clientId === at.clientId && earlier.tenantId === at.tenantId
  const secret = isSame ? earlier.secret : randomBytes(32).toString('base64url')
  return {
    cookie: await sealer.seal(
      'handoff transaction cookie',
      { ...at, secret },
      transactionLifetimeSeconds,
    ),
    txn: await sealer.seal(
      'handoff transaction',
      { ...at, secretHash: sha256(secret) },
      transactionLifetimeSeconds,
    ),
    lifetimeSeconds: transactionLifetimeSeconds,
  }
}

/** Who presents a code: a browser, by the secret in its transaction cookie, or a partner client. */
export type Presenter = { browser: { transactionHash: string | null } } | { client: PartnerClient }

export async function presenterFromCookie(
  { sealer }: LoginServices,
  cookie: string | undefined,
): Promise<Presenter> {
  const opened = cookie
    ? await sealer.open<{ secret: string }>('handoff transaction cookie', cookie)
    : null
  return { browser: { transactionHash: opened ? sha256(opened.secret) : null } }
}

// --- The assertion -----------------------------------------------------------------------------------------------

const openCase = (
  { db, issuer, sealer, publishedKeys }: LoginServices,
  assertion: string,
): Case => ({
  assertion,
  issuer,
  findInstance: (iss) => db.read(null, (tx) => partnerInstanceWithKeys(tx, { issuer: iss })),
  findKey: (instance, header) => registeredKey(publishedKeys, instance, header),
  openTransaction: (txn) => sealer.open<OpenTransaction>('handoff transaction', txn),
})

export interface Created {
  code?: string
  connectUrl?: string | null
  expiresAt?: Date
  userErrors: UserError[]
}

/** Does the work on an assertion; whether its tenant is unknown or only not associated, the clock does not tell, whatever else is wrong. */
function onAssertion<T>(
  services: LoginServices,
  assertion: string,
  work: (it: Case) => Promise<T>,
): Promise<T> {
  const it = openCase(services, assertion)
  return padTiming(
    () => work(it),
    () => isOfNoAssociatedTenant(it),
  )
}

/** Makes a code of an assertion. The assertion is used up when the code is made, and not before. */
export const createHandoff = (services: LoginServices, assertion: string): Promise<Created> =>
  onAssertion(services, assertion, (it) => create(services, it))

async function create(services: LoginServices, it: Case): Promise<Created> {
  const failure = firstFailure(await checkToken(it))
  if (failure) return refuseUnverified(services, it, 'handoff.created', failure)
  const home = await homeOf(services, it)
  const findings = await lookAtClaims(services, it)
  if (!home || isOfNoAssociatedTenant(it))
    return refuseOutside(services, it, home, 'handoff.created', firstFailure(findings)!)

  const { claims, instance, key } = it
  return auditedWithProof(services, home, { action: 'handoff.created' }, async (tx) => {
    const failed = firstFailure(await checkClaims(it, tx))
    if (failed) throwUserError(failed.code, failed.message, 'assertion')
    await useUpAssertion(tx, home.tenantId, claims!)
    const { token: code, hash: codeHash } = newToken(home.tenantId)
    const [created] = await tx
      .insert(handoff)
      .values({
        tenantId: home.tenantId,
        codeHash,
        binding: claims!.binding,
        transactionHash: it.transaction?.secretHash ?? null,
        actor: home.actor,
        expiresAt: sql`clock_timestamp() + make_interval(secs => ${services.codeLifetimeSeconds})`,
        clientId: instance!.clientId,
        kid: key!.kid,
        subject: claims!.sub,
        ...it.terms!.access!,
      })
      .returning()
    const { reason, ticket } = claims!
    const stated = Object.entries({ reason, ticket }).flatMap(([field, after]) =>
      after === undefined ? [] : [{ field, before: null, after }],
    )
    return {
      payload: {
        code,
        connectUrl:
          claims!.binding === 'browser'
            ? `${services.issuer}/connect/${home.tenantId}#code=${code}`
            : null,
        expiresAt: created!.expiresAt,
      },
      target: { type: 'handoff', id: created!.handoffId, displayName: home.actor.displayName },
      changes: stated,
    }
  })
}

export interface Validated {
  valid: boolean
  checks: Finding[]
  userErrors: UserError[]
}

/** Tries an assertion without making a code or using anything up. That it was tried is in the log. */
export const validateHandoff = (services: LoginServices, assertion: string): Promise<Validated> =>
  onAssertion(services, assertion, (it) => validate(services, it))

async function validate(services: LoginServices, it: Case): Promise<Validated> {
  const tokenFindings = await checkToken(it)
  const failure = firstFailure(tokenFindings)
  if (failure) {
    await refuseUnverified(services, it, 'handoff.validated', failure)
    return { valid: false, checks: [...tokenFindings, ...skippedClaimChecks()], userErrors: [] }
  }
  const home = await homeOf(services, it)
  const conclude = (findings: Finding[]) => ({
    valid: !firstFailure(findings),
    checks: [...tokenFindings, ...findings],
  })
  const early = await lookAtClaims(services, it)
  if (!home || isOfNoAssociatedTenant(it)) {
    await refuseOutside(services, it, home, 'handoff.validated', firstFailure(early)!)
    return { ...conclude(early), userErrors: [] }
  }
  const { checks, valid } = await auditedWithProof(
    services,
    home,
    { action: 'handoff.validated' },
    async (tx) => {
      const findings = await checkClaims(it, tx)
      const failed = firstFailure(findings)
      return {
        payload: conclude(findings),
        ...(failed && { refused: { code: failed.code, message: failed.message, field: null } }),
      }
    },
  )
  return { valid: valid!, checks: checks!, userErrors: [] }
}

type Failure = { name: Finding['name']; code: UserErrorCode; message: string }
const firstFailure = (findings: Finding[]) =>
  findings.find(({ passed }) => passed === false) as Failure | undefined

/** To whom and to which tenant's log an attempt belongs; null where the claims name no tenant of ours. */
async function homeOf({ db }: LoginServices, it: Case) {
  const { tenant } = it.claims!
  const { clientId, platform } = it.instance!
  const exists = isUuid(tenant) && (await db.read(null, (tx) => organizationOf(tx, tenant)))
  return exists ? { tenantId: tenant, actor: handedOver(it), method: platform, clientId } : null
}

/** The claims as they look before any lock is taken. An id that is no tenant's is looked for like the others, and finds nothing. */
function lookAtClaims({ db }: LoginServices, it: Case): Promise<Finding[]> {
  const { tenant } = it.claims!
  return isUuid(tenant) ? db.read(tenant, (tx) => checkClaims(it, tx)) : checkClaims(it, null)
}

/**
 * A refusal where the instance is not associated: one row, in the log of the tenant that there is, or in the operators'.
 * The same steps either way, so that neither the clock nor the load tells which it was.
 */
async function refuseOutside(
  services: LoginServices,
  it: Case,
  home: Awaited<ReturnType<typeof homeOf>>,
  action: string,
  failure: Failure,
) {
  if (!home) return refuseUnverified(services, it, action, failure)
  await recordRefusedSignIn(services, home, { action, reason: failure.code })
  return refusal(failure)
}

const refusal = ({ code, message }: Failure): { userErrors: UserError[] } => ({
  userErrors: [{ code, message, field: ['assertion'] }],
})

async function refuseUnverified(
  services: LoginServices,
  it: Case,
  action: string,
  failure: Failure,
): Promise<{ userErrors: UserError[] }> {
  const { iss, client_id, sub, tenant, jti } = it.jws?.claims ?? {}
  await recordUnverified(services, {
    action,
    reason: `${failure.code}/${failure.name}`,
    claims: { iss, client_id, sub, tenant, jti },
    named: tenant,
  })
  return refusal(failure)
}

/** Holds the `jti` until it could not be presented again. Who comes second waits for the first, and is refused if that one commits. */
async function useUpAssertion(
  tx: WriteTx,
  tenantId: string,
  { iss, jti, exp }: { iss: string; jti: string; exp: number },
) {
  await tx.delete(assertionId).where(and(lt(assertionId.expiresAt, sql`now()`)))
  const expiresAt = new Date((exp + 2 * clockSkewSeconds + heldLongerSeconds) * 1000)
  const used = await tx
    .insert(assertionId)
    .values({ tenantId, issuer: iss, jti, expiresAt })
    .onConflictDoNothing()
    .returning()
  if (used.length === 0)
    throwUserError(
      'ASSERTION_REPLAYED',
      'This `jti` was used up already: make a new assertion.',
      'assertion',
    )
}

// --- The code ----------------------------------------------------------------------------------------------------

export interface Redeemed {
  token?: string
  sessionId?: string
  tenantId?: string
  actor?: Actor
  userErrors: UserError[]
}

/**
 * Trades a code for a session. Whoever presents the whole code burns it, also where they are not the one it was made for,
 * and the burning and its row in the log commit together. Only once: the first to burn it is the only one to go on.
 */
export async function redeemHandoff(
  services: LoginServices,
  code: string,
  presenter: Presenter,
): Promise<Redeemed> {
  const token = parseToken(code)
  const found =
    token && (await services.db.read(token.tenantId, (tx) => handoffByCode(tx, token.hash)))
  if (!token || !found) {
    const actor = 'client' in presenter ? presenter.client.actor : undefined
    await recordUnverified(services, {
      action: 'handoff.redeemed',
      reason: 'HANDOFF_INVALID',
      actor,
      named: token?.tenantId,
    })
    return {
      userErrors: [{ code: 'HANDOFF_INVALID', message: 'There is no such code.', field: ['code'] }],
    }
  }

  const { handoff: made } = found
  const isTheirs = isFor(made, presenter)
  const technician = made.actor as Extract<Actor, { __typename: 'PartnerTechnician' }>
  const home = {
    tenantId: made.tenantId,
    actor: isTheirs ? technician : 'client' in presenter ? presenter.client.actor : somebodyElse,
    method: isTheirs ? technician.platform : null,
    clientId: isTheirs
      ? made.clientId
      : 'client' in presenter
        ? presenter.client.clientId
        : made.clientId,
  }
  // Whose code it was, its own row tells; this one is read by the technicians of whoever presented it.
  const target = {
    type: 'handoff',
    id: made.handoffId,
    displayName: isTheirs ? technician.displayName : null,
  }
  return auditedWithProof(services, home, { action: 'handoff.redeemed', target }, async (tx) => {
    const burned = await tx
      .update(handoff)
      .set({ burnedAt: sql`clock_timestamp()` })
      .where(and(eq(handoff.handoffId, made.handoffId), isNull(handoff.burnedAt)))
      .returning()
    // Read under lock: what it says now is what holds when this commits.
    const current = (await handoffByCode(tx, token.hash))!
    const failure =
      burned.length === 0
        ? 'HANDOFF_ALREADY_REDEEMED'
        : !isTheirs
          ? 'BINDING_MISMATCH'
          : reasonToRefuse(current)
    if (failure)
      return {
        payload: {},
        refused: { code: failure, message: redemptionMessages[failure], field: ['code'] },
      }
    const { clientId, associationId, kid, subject, featureEpoch, associationEpoch, instanceEpoch } =
      made
    const begun = await beginSession(tx, services.lifetimes, services.request, {
      tenantId: made.tenantId,
      method: technician.platform,
      actor: technician,
      clientId,
      associationId,
      kid,
      subject,
      featureEpoch,
      associationEpoch,
      instanceEpoch,
      handoffId: made.handoffId,
    })
    const seen = { tenantId: made.tenantId, clientId: clientId!, subject: subject! }
    const isFirstTime =
      (await tx.insert(knownTechnician).values(seen).onConflictDoNothing().returning()).length === 1
    const payload = { ...begun, tenantId: made.tenantId, actor: technician }
    return { payload, sessionId: begun.sessionId, ...(isFirstTime && { notify: {} }) }
  })
}

/** Whom a code would sign in, for a browser that holds it and the transaction: to be named before another person's session is replaced. */
export async function peekAtHandoff(
  { db }: LoginServices,
  code: string,
  presenter: Presenter,
): Promise<Actor | null> {
  const token = parseToken(code)
  const found = token && (await db.read(token.tenantId, (tx) => handoffByCode(tx, token.hash)))
  return found &&
    !found.handoff.burnedAt &&
    isFor(found.handoff, presenter) &&
    !reasonToRefuse(found)
    ? found.handoff.actor
    : null
}

const somebodyElse: Actor = {
  __typename: 'AnonymousActor',
  key: 'anonymous',
  displayName: 'Somebody unknown',
}

const redemptionMessages = {
  HANDOFF_ALREADY_REDEEMED: 'The code was used already.',
  BINDING_MISMATCH: 'The code belongs to another browser, transaction or client.',
  HANDOFF_EXPIRED: "The code's time has passed, or something ended it.",
  PARTNER_NOT_ASSOCIATED: 'The instance is not associated with this tenant.',
  MICROSOFT_SIGN_IN_REQUIRED:
    'Login with IT Complete is off for this tenant: only Microsoft sign-in is left.',
} as const

function isFor(made: typeof handoff.$inferSelect, presenter: Presenter): boolean {
  return 'client' in presenter
    ? made.binding === 'client' && presenter.client.clientId === made.clientId
    : made.binding === 'browser' &&
        made.transactionHash !== null &&
        presenter.browser.transactionHash === made.transactionHash
}

function reasonToRefuse(
  found: NonNullable<Awaited<ReturnType<typeof handoffByCode>>>,
): keyof typeof redemptionMessages | null {
  if (!found.itCompleteLoginEnabled) return 'MICROSOFT_SIGN_IN_REQUIRED'
  if (!found.associated) return 'PARTNER_NOT_ASSOCIATED'
  return found.expired || !found.holds ? 'HANDOFF_EXPIRED' : null
}
