/** Which partner instances a tenant is joined to, and on what terms. */
import { and, count, eq, isNull, sql } from 'drizzle-orm'
import { federatedPresence, organizationOf, tenantOfDomain } from '../../../drizzle/reads.ts'
import type { Target } from '../../../drizzle/tables/audit.ts'
import { epochRise, partnerAssociation, partnerInstance } from '../../../drizzle/tables/tenants.ts'
import {
  audited,
  auditedWithProof,
  recordUnverified,
  throwUserError,
} from '../../../platform/audit/audited.ts'
import { padTiming } from '../../../platform/auth/timing-padding.ts'
import { denied, type UserError } from '../../../platform/lib/errors.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { isUuid, type ReadTx, type WriteTx } from '../../../platform/postgres/database.ts'
import { type Association, maxAssociations } from '../entities.ts'
import type {
  MutationResolvers,
  RequestPartnerAssociationInput,
  TenantLocator,
} from '../schema.types.ts'
import type { Context } from '../subgraph.ts'

const maxTechnicians = 1_000
const maxClientIdLength = 100
const maxMfaAgeMinutes = 60 * 24 * 30

export const associationMutations: Pick<
  MutationResolvers,
  | 'associatePartner'
  | 'requestPartnerAssociation'
  | 'approvePartnerAssociation'
  | 'updatePartnerAssociation'
  | 'dissociatePartner'
> = {
  associatePartner(_, { input }, context) {
    const { clientId, externalTenantId } = input
    const target = named(null, isPlainText(clientId, maxClientIdLength) ? clientId : null)
    return audited(
      context,
      { action: 'partner_association.created', target },
      async (tx, viewer) => {
        if (!isPlainText(externalTenantId, 200))
          throwUserError('INVALID_VALUE', 'One line of 1 to 200 characters.', 'externalTenantId')
        const terms = checkedTerms(
          { allowedTechnicians: null, mfaMaxAgeMinutes: null },
          input,
          'LIMIT_EXCEEDED',
        )
        const partner = target.displayName === null ? undefined : await registered(tx, clientId)
        if (!partner)
          throwUserError(
            'PARTNER_NOT_FOUND',
            'No partner instance is registered under this client id.',
            'clientId',
          )
        const open = await openAssociation(tx, { clientId })
        if (open?.status === 'ACTIVE')
          throwUserError(
            'ALREADY_ASSOCIATED',
            'This partner instance is associated already.',
            'clientId',
          )
        if (!open && (await associationCount(tx)) >= maxAssociations)
          throwUserError('LIMIT_EXCEEDED', `At most ${maxAssociations} associations.`)

        const chosen = { ...terms, externalTenantId, status: 'ACTIVE' as const }
        const association = open
          ? await change(tx, open, chosen)
          : (
              await tx
                .insert(partnerAssociation)
                .values({ tenantId: viewer.tenantId, clientId, ...chosen })
                .returning()
            )[0]!
        return {
          payload: { tenant: { id: viewer.tenantId }, association },
          target: named(association.associationId, partner.name),
          changes: differences(open ?? null, association),
          relatedClientId: clientId,
          notify: {},
        }
      },
    )
  },

  // Whatever comes of it, so that nobody can tell by the clock either which tenants there are.
  requestPartnerAssociation: (_, { input }, context) =>
    padTiming(() => requestAssociation(input, context)),

  approvePartnerAssociation(_, { input }, context) {
    const { associationId } = input
    return audited(
      context,
      { action: 'partner_association.approved', target: named(associationId, null) },
      async (tx, viewer) => {
        const open = await openAssociation(tx, { associationId })
        if (open?.status !== 'REQUESTED')
          throwUserError('NOT_FOUND', 'There is no such request.', 'associationId')
        const association = await change(tx, open, {
          ...checkedTerms(open, input),
          status: 'ACTIVE',
        })
        return {
          payload: { tenant: { id: viewer.tenantId }, association },
          target: await targetOf(tx, open),
          changes: differences(open, association),
          relatedClientId: open.clientId,
          notify: {},
        }
      },
    )
  },

  updatePartnerAssociation(_, { input }, context) {
    const { associationId } = input
    return audited(
      context,
      { action: 'partner_association.updated', target: named(associationId, null) },
      async (tx) => {
        const open = await openAssociation(tx, { associationId })
        if (open?.status !== 'ACTIVE')
          throwUserError('NOT_FOUND', 'There is no such association.', 'associationId')
        const terms = checkedTerms(open, input)
        const ended = isNarrower(open, terms) ? await endAccess(tx, open) : nothingEnded
        const association = await change(tx, open, terms)
        const changes = differences(open, association)
        return {
          payload: { association, ...ended },
          target: await targetOf(tx, open),
          changes,
          relatedClientId: open.clientId,
          ...(changes.length && { notify: {} }),
        }
      },
    )
  },

  dissociatePartner(_, { input: { associationId } }, context) {
    return audited(
      context,
      { action: 'partner_association.ended', target: named(associationId, null) },
      async (tx, viewer) => {
        const open = await openAssociation(tx, { associationId })
        if (!open) throwUserError('NOT_FOUND', 'There is no such association.', 'associationId')
        const ended = open.status === 'ACTIVE' ? await endAccess(tx, open) : nothingEnded
        await tx
          .update(partnerAssociation)
          .set({ endedAt: sql`clock_timestamp()` })
          .where(eq(partnerAssociation.associationId, associationId))
        return {
          payload: { tenant: { id: viewer.tenantId }, ...ended },
          target: await targetOf(tx, open),
          changes: differences(open, null),
          relatedClientId: open.clientId,
          notify: {},
        }
      },
    )
  },
}

async function requestAssociation(
  input: RequestPartnerAssociationInput,
  context: Context,
): Promise<{ userErrors: UserError[] }> {
  const { viewer } = context
  if (viewer.kind !== 'partner-client') throw denied('FORBIDDEN')
  const { clientId, actor } = viewer
  const act = { action: 'partner_association.requested' }
  const claims = { clientId, ...input.tenant }
  const tenantId = isPlainText(input.externalTenantId, 200)
    ? await locate(context, input.tenant)
    : invalid('externalTenantId', 'One line of 1 to 200 characters.')
  if (typeof tenantId === 'object' && tenantId) {
    await recordUnverified(context, { ...act, actor, reason: tenantId.code, claims, failed: true })
    return { userErrors: [tenantId] }
  }
  if (tenantId === null) {
    // Answered and written down like the others, so that nobody can tell by asking which tenants there are.
    await recordUnverified(context, {
      ...act,
      actor,
      reason: 'TENANT_NOT_FOUND',
      claims,
      failed: true,
    })
    return { userErrors: [] }
  }
  return auditedWithProof(context, { tenantId, actor, method: null, clientId }, act, async (tx) => {
    const open = await openAssociation(tx, { clientId })
    if (open || (await associationCount(tx)) >= maxAssociations)
      return { payload: {}, target: named(open?.associationId ?? null, actor.displayName) }
    const requested = {
      tenantId,
      clientId,
      status: 'REQUESTED' as const,
      externalTenantId: input.externalTenantId,
    }
    const [association] = await tx.insert(partnerAssociation).values(requested).returning()
    const target = named(association!.associationId, actor.displayName)
    return { payload: {}, target, changes: differences(null, association!), notify: {} }
  })
}

type Terms = Pick<Association, 'allowedTechnicians' | 'mfaMaxAgeMinutes'>
const nothingEnded = { endedSessionCount: 0, endedHandoffCount: 0 }

const named = (id: string | null, displayName: string | null): Target => ({
  type: 'partner_association',
  id,
  displayName,
})

/** By the name of the instance, under which people look for it. */
async function targetOf(tx: ReadTx, { associationId, clientId }: Association): Promise<Target> {
  const [row] = await tx
    .select({ name: partnerInstance.name })
    .from(partnerInstance)
    .where(eq(partnerInstance.clientId, clientId))
  return named(associationId, row?.name ?? null)
}

interface TermsInput {
  allowedTechnicians?: readonly string[] | null
  mfaMaxAgeMinutes?: number | null
}

/** The terms that an input asks for; what it leaves out stays. `tooMany` is the code that the mutation has for a list that is too long. */
function checkedTerms(
  current: Terms,
  input: TermsInput,
  tooMany: 'LIMIT_EXCEEDED' | 'INVALID_VALUE' = 'INVALID_VALUE',
): Terms {
  const {
    allowedTechnicians = current.allowedTechnicians,
    mfaMaxAgeMinutes = current.mfaMaxAgeMinutes,
  } = input
  if (allowedTechnicians && allowedTechnicians.length > maxTechnicians) {
    throwUserError(tooMany, `At most ${maxTechnicians} technicians.`, 'allowedTechnicians')
  }
  if (allowedTechnicians?.some((subject) => !isPlainText(subject, 255))) {
    throwUserError(
      'INVALID_VALUE',
      'A technician is named by one line of 1 to 255 characters.',
      'allowedTechnicians',
    )
  }
  if (mfaMaxAgeMinutes !== null && (mfaMaxAgeMinutes < 1 || mfaMaxAgeMinutes > maxMfaAgeMinutes)) {
    throwUserError(
      'INVALID_VALUE',
      `Between 1 and ${maxMfaAgeMinutes} minutes.`,
      'mfaMaxAgeMinutes',
    )
  }
  return {
    allowedTechnicians: allowedTechnicians && [...new Set(allowedTechnicians)],
    mfaMaxAgeMinutes,
  }
}

/** Whether somebody who could come in before could not now. */
function isNarrower(before: Terms, after: Terms): boolean {
  const losesTechnicians =
    after.allowedTechnicians !== null &&
    (before.allowedTechnicians?.some((subject) => !after.allowedTechnicians!.includes(subject)) ??
      true)
  return (
    losesTechnicians ||
    (after.mfaMaxAgeMinutes !== null &&
      after.mfaMaxAgeMinutes < (before.mfaMaxAgeMinutes ?? Number.POSITIVE_INFINITY))
  )
}

async function registered(tx: ReadTx, clientId: string) {
  const [row] = await tx
    .select()
    .from(partnerInstance)
    .where(and(eq(partnerInstance.clientId, clientId), isNull(partnerInstance.removedAt)))
  return row
}

/** Ends what came through an association, by the rise of its epoch; tells how much that was. */
async function endAccess(tx: WriteTx, { tenantId, associationId, epoch }: Association) {
  const { sessionCount, handoffCount } = await federatedPresence(tx, { associationId })
  await tx
    .insert(epochRise)
    .values({ tenantId, subjectId: associationId, epoch: epoch + 1, reason: 'ASSOCIATION_CHANGED' })
  await tx
    .update(partnerAssociation)
    .set({ epoch: epoch + 1 })
    .where(eq(partnerAssociation.associationId, associationId))
  return { endedSessionCount: sessionCount, endedHandoffCount: handoffCount }
}

async function change(
  tx: WriteTx,
  { associationId }: Association,
  set: Partial<Association>,
): Promise<Association> {
  const [changed] = await tx
    .update(partnerAssociation)
    .set(set)
    .where(eq(partnerAssociation.associationId, associationId))
    .returning()
  return changed!
}

async function openAssociation(
  tx: ReadTx,
  by: { clientId: string } | { associationId: string },
): Promise<Association | undefined> {
  if ('associationId' in by && !isUuid(by.associationId)) return undefined
  const which =
    'clientId' in by
      ? eq(partnerAssociation.clientId, by.clientId)
      : eq(partnerAssociation.associationId, by.associationId)
  const [row] = await tx
    .select()
    .from(partnerAssociation)
    .where(and(which, isNull(partnerAssociation.endedAt)))
  return row
}

async function associationCount(tx: ReadTx): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(partnerAssociation)
    .where(isNull(partnerAssociation.endedAt))
  return row?.count ?? 0
}

/** What changed; of one that began or ended, all that it was. */
function differences(before: Association | null, after: Association | null) {
  const fields = [
    'status',
    'clientId',
    'externalTenantId',
    'allowedTechnicians',
    'mfaMaxAgeMinutes',
  ] as const
  return fields
    .map((field) => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after))
}

/** The tenant that a locator means; null where there is none; an error where it is no locator. */
async function locate(
  { db }: Context,
  { id, domain }: TenantLocator,
): Promise<string | null | UserError> {
  if ((id == null) === (domain == null)) return invalid('tenant', 'Give either `id` or `domain`.')
  return db.read(null, async (tx) => {
    if (domain != null)
      return isPlainText(domain, 253) ? ((await tenantOfDomain(tx, domain)) ?? null) : null
    return isUuid(id!) && (await organizationOf(tx, id!)) ? id! : null
  })
}

const invalid = (field: string, message: string): UserError => ({
  code: 'INVALID_VALUE',
  field: [field],
  message,
})
