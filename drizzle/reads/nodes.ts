import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { apiToken } from '../tables/identity.ts'
import { partnerAssociation, tenant } from '../tables/tenants.ts'
import { activity, sessionStatus } from '../tables/views.ts'
import { apiTokenWorks } from './api-tokens.ts'
import type { Tx } from './tx.ts'

export type NodeType = 'Tenant' | 'PartnerAssociation' | 'Session' | 'ApiToken' | 'ActivityEvent'

/**
 * Returns the type of the object with this ID. Returns undefined if the object belongs to another
 * tenant or is not visible to technicians of `partnerScope`.
 */
export async function nodeType(
  tx: Tx,
  id: string,
  partnerScope: string | null,
): Promise<NodeType | undefined> {
  const [row] = await tx.execute<{ type: NodeType }>(sql`
    select 'Tenant' as type from ${tenant} where ${eq(tenant.tenantId, id)}
    union all select 'PartnerAssociation' from ${partnerAssociation} where ${and(eq(partnerAssociation.associationId, id), isNull(partnerAssociation.endedAt))}
    union all select 'Session' from ${sessionStatus} where ${and(eq(sessionStatus.sessionId, id), visibleSession(partnerScope))}
    union all select 'ApiToken' from ${apiToken} where ${and(eq(apiToken.tokenId, id), visibleApiToken(partnerScope))}
    union all select 'ActivityEvent' from ${activity} where ${and(eq(activity.eventId, id), visibleActivity(partnerScope))}
    limit 1`)
  return row?.type
}

/**
 * A condition that hides the sessions of other partner instances from a technician.
 * `visibleActivity` does the same for events.
 */
export const visibleSession = (partnerScope: string | null) =>
  partnerScope === null
    ? undefined
    : or(isNull(sessionStatus.clientId), eq(sessionStatus.clientId, partnerScope))

export const visibleActivity = (partnerScope: string | null) =>
  partnerScope === null
    ? undefined
    : or(isNull(activity.clientId), eq(activity.clientId, partnerScope))

/** A condition that shows API tokens only to admins, and only while the tokens are valid. */
const visibleApiToken = (partnerScope: string | null) =>
  partnerScope === null ? apiTokenWorks : sql`false`
