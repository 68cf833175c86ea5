import { and, eq, getViewSelectedFields } from 'drizzle-orm'
import { message } from '../tables/notifications.ts'
import { partnerInstance, settings, tenant } from '../tables/tenants.ts'
import { activity } from '../tables/views.ts'
import type { Tx } from './tx.ts'

/** Returns the e-mail addresses of the tenant's notification recipients. */
export async function recipientsOf(tx: Tx): Promise<string[]> {
  const [row] = await tx.select({ recipients: settings.recipients }).from(settings)
  return row?.recipients ?? []
}

/**
 * Returns an outbox message with the data to compose its text. Returns undefined if the message was
 * already sent or abandoned.
 */
export async function messageById(tx: Tx, messageId: string) {
  const [row] = await tx
    .select({
      message,
      event: getViewSelectedFields(activity),
      tenantName: tenant.name,
      instanceName: partnerInstance.name,
    })
    .from(message)
    .innerJoin(
      activity,
      and(eq(activity.tenantId, message.tenantId), eq(activity.eventId, message.eventId)),
    )
    .innerJoin(tenant, eq(tenant.tenantId, message.tenantId))
    .leftJoin(partnerInstance, eq(partnerInstance.clientId, activity.clientId))
    .where(eq(message.messageId, messageId))
  return row
}
