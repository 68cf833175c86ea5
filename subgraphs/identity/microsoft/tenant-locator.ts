import { isPlainText } from '../../../platform/lib/text.ts'

/** How a user who is not signed in names a tenant. */
export type TenantLocator = { id: string } | { domain: string }

const maxLength = 253

/**
 * @returns null unless exactly one of `id` and `domain` is given, of at most 253 characters. Does
 *   not look the tenant up.
 */
export function tenantLocator({
  id,
  domain,
}: {
  id?: string | null
  domain?: string | null
}): TenantLocator | null {
  if (id != null && domain == null) return isPlainText(id, maxLength) ? { id } : null
  if (domain != null && id == null) return isPlainText(domain, maxLength) ? { domain } : null
  return null
}
