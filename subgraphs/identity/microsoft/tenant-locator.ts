import { parseDomain } from '../../../platform/lib/domain.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { parseUuid } from '../../../platform/lib/uuid.ts'

/** Identifies the tenant of a user who is not signed in yet. */
export type TenantLocator = { id: string } | { domain: string }

const maxLength = 253

/**
 * Validates the tenant ID or domain of a sign-in, and returns the form in which it is stored. Does
 * not look up the tenant.
 * @returns null unless exactly one of `id` and `domain` is set, with at most 253 characters
 */
export function tenantLocator({
  id,
  domain,
}: {
  id?: string | null
  domain?: string | null
}): TenantLocator | null {
  if (id != null && domain == null)
    return isPlainText(id, maxLength) ? { id: parseUuid(id) ?? id } : null
  if (domain != null && id == null)
    return isPlainText(domain, maxLength) ? { domain: parseDomain(domain) ?? domain } : null
  return null
}
