/** Tenants that were signed in to from this browser: their ids and names, to be chosen from, and nothing that opens anything. */
export interface Remembered {
  id: string
  name: string
  domain: string
}

const storageKey = 'tenants'
const most = 6

export function remembered(): Remembered[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    const isText = (value: unknown) => typeof value === 'string' && value.length < 300
    return Array.isArray(list)
      ? list
          .filter((item) => isText(item?.id) && isText(item?.name) && isText(item?.domain))
          .slice(0, most)
      : []
  } catch {
    return []
  }
}

export function remember({
  id,
  name,
  primaryDomain,
}: {
  id: string
  name: string
  primaryDomain: string
}): void {
  const others = remembered().filter((tenant) => tenant.id !== id)
  localStorage.setItem(
    storageKey,
    JSON.stringify([{ id, name, domain: primaryDomain }, ...others].slice(0, most)),
  )
}

export const forget = (id: string): void =>
  localStorage.setItem(
    storageKey,
    JSON.stringify(remembered().filter((tenant) => tenant.id !== id)),
  )
