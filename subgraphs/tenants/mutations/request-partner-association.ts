import { organizationOf, tenantOfDomain } from '../../../drizzle/reads/tenants.ts'
import { auditedWithProof } from '../../../platform/audit/audited.ts'
import { recordUnverified } from '../../../platform/audit/refusals.ts'
import { padTiming } from '../../../platform/auth/timing-padding.ts'
import type { PartnerClient } from '../../../platform/auth/viewer.ts'
import { parseDomain } from '../../../platform/lib/domain.ts'
import { denied, type UserError } from '../../../platform/lib/errors.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import {
  associationTarget,
  changedFields,
  countOpenAssociations,
  findOpenAssociation,
  insertAssociation,
  maxAssociations,
} from '../associations/association-store.ts'
import { externalTenantIdError, invalidValue } from '../associations/input.ts'
import type { Context } from '../context.ts'
import type {
  MutationResolvers,
  RequestPartnerAssociationInput,
  TenantLocator,
} from '../schema.types.ts'

const action = { action: 'partner_association.requested' as const }

/**
 * Requests a partner association. Neither the response nor its timing reveals whether the tenant
 * exists.
 */
export const requestPartnerAssociation: MutationResolvers['requestPartnerAssociation'] = (
  _,
  { input },
  context,
) => padTiming(() => requestAssociation(input, context))

async function requestAssociation(
  input: RequestPartnerAssociationInput,
  context: Context,
): Promise<{ userErrors: UserError[] }> {
  const { viewer } = context
  if (viewer.kind !== 'partner-client') throw denied('FORBIDDEN')
  const invalid = externalTenantIdError(input.externalTenantId) ?? locatorError(input.tenant)
  if (invalid) {
    await recordFailure(context, viewer, input, invalid.code)
    return { userErrors: [invalid] }
  }
  const tenantId = await findTenant(context, input.tenant)
  if (tenantId === null) {
    await recordFailure(context, viewer, input, 'TENANT_NOT_FOUND')
    return { userErrors: [] }
  }
  return insertRequest(context, viewer, tenantId, input.externalTenantId)
}

/**
 * Records a failed request in the operators' log. No tenant was found, so there is no Activity Log
 * for this event.
 */
function recordFailure(
  context: Context,
  { clientId, actor }: PartnerClient,
  input: RequestPartnerAssociationInput,
  reason: string,
): Promise<void> {
  const claims = { clientId, ...input.tenant }
  return recordUnverified(context, { ...action, actor, reason, claims, failed: true })
}

/**
 * Inserts a request for an association. If there is already an open association, or the tenant has
 * too many, nothing changes and the response is the same.
 */
function insertRequest(
  context: Context,
  { clientId, actor }: PartnerClient,
  tenantId: string,
  externalTenantId: string,
) {
  const subject = { tenantId, actor, method: null, clientId }
  return auditedWithProof(context, subject, action, async (tx) => {
    const open = await findOpenAssociation(tx, { clientId })
    if (open || (await countOpenAssociations(tx)) >= maxAssociations)
      return {
        payload: {},
        target: associationTarget(open?.associationId ?? null, actor.displayName),
      }
    const association = await insertAssociation(tx, {
      tenantId,
      clientId,
      status: 'REQUESTED',
      externalTenantId,
    })
    return {
      payload: {},
      target: associationTarget(association.associationId, actor.displayName),
      changes: changedFields(null, association),
      notify: {},
    }
  })
}

const locatorError = ({ id, domain }: TenantLocator): UserError | null =>
  (id == null) === (domain == null)
    ? invalidValue('tenant', 'tenant must contain exactly one of `id` and `domain`.')
    : null

async function findTenant({ db }: Context, { id, domain }: TenantLocator): Promise<string | null> {
  return db.read(null, async (tx) => {
    if (domain != null)
      return isPlainText(domain, 253)
        ? ((await tenantOfDomain(tx, parseDomain(domain) ?? domain)) ?? null)
        : null
    return id != null && isUuid(id) && (await organizationOf(tx, id)) ? id : null
  })
}
