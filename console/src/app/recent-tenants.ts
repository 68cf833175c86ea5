/**
 * A tenant to which a user signed in with this browser. The local storage contains the last 6
 * tenants, and no credentials.
 */
export interface RecentTenant {
  id: string
  name: string
  domain: string
}

const storageKey = 'tenants'
const maxTenants = 6

export function readRecentTenants(): RecentTenant[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    const isText = (value: unknown) => typeof value === 'string' && value.length < 300
    return Array.isArray(list)
      ? list
          .filter((item) => isText(item?.id) && isText(item?.name) && isText(item?.domain))
          .slice(0, maxTenants)
      : []
  } catch {
    return []
  }
}

/** Moves the tenant to the start of the list. Adds the tenant if it is not in the list. */
export function addRecentTenant({
  id,
  name,
  primaryDomain,
}: {
  id: string
  name: string
  primaryDomain: string
}): void {
  write([{ id, name, domain: primaryDomain }, ...withoutTenant(id)].slice(0, maxTenants))
}

export const removeRecentTenant = (id: string): void => write(withoutTenant(id))

const withoutTenant = (id: string) => readRecentTenants().filter((tenant) => tenant.id !== id)

const write = (tenants: RecentTenant[]) => localStorage.setItem(storageKey, JSON.stringify(tenants))
