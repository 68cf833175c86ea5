/**
 * Keeps the unsaved values of forms in the session storage of the tab, so that they survive a
 * sign-in. A draft belongs to one user in one tenant, expires after 15 minutes, and holds only what
 * the user typed into a form; no form has a field for a secret.
 */
export type FieldValues = Record<string, string | boolean>

export interface DraftOwner {
  tenantId: string
  actorKey: string
}

interface Draft extends DraftOwner {
  savedAt: number
  values: Record<string, unknown>
}

const prefix = 'draft:'
const lifetimeMs = 15 * 60_000
const maxLength = 500_000

const storageKey = ({ tenantId }: DraftOwner, formId: string) => `${prefix}${tenantId}:${formId}`

export function saveDraft(owner: DraftOwner, formId: string, values: Partial<FieldValues>): void {
  const text = JSON.stringify({ ...owner, savedAt: Date.now(), values })
  if (text.length <= maxLength) sessionStorage.setItem(storageKey(owner, formId), text)
}

export const removeDraft = (owner: DraftOwner, formId: string): void =>
  sessionStorage.removeItem(storageKey(owner, formId))

/**
 * Returns the unsaved values of a form.
 * @param fields the fields of the form, with values of the right types
 */
export function readDraft<Values extends FieldValues>(
  owner: DraftOwner,
  formId: string,
  fields: Values,
): Partial<Values> {
  const draft = parse(sessionStorage.getItem(storageKey(owner, formId)))
  if (!draft || !isUsableBy(owner, draft)) return {}
  return Object.fromEntries(
    Object.entries(draft.values).filter(([name, value]) => typeof value === typeof fields[name]),
  ) as Partial<Values>
}

/** Returns the ids of the forms that have a draft of this user. */
export function draftedForms(owner: DraftOwner): string[] {
  const start = storageKey(owner, '')
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(start))
    .filter((key) => {
      const draft = parse(sessionStorage.getItem(key))
      return draft && isUsableBy(owner, draft)
    })
    .map((key) => key.slice(start.length))
}

/** Removes all drafts, except those of `owner` in the last 15 minutes. */
export function removeDrafts({ except: owner }: { except?: DraftOwner } = {}): void {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(prefix)) continue
    const draft = parse(sessionStorage.getItem(key))
    if (!owner || !draft || !isUsableBy(owner, draft)) sessionStorage.removeItem(key)
  }
}

const isUsableBy = (owner: DraftOwner, draft: Draft) =>
  draft.tenantId === owner.tenantId &&
  draft.actorKey === owner.actorKey &&
  Date.now() - draft.savedAt < lifetimeMs

function parse(text: string | null): Draft | null {
  try {
    return JSON.parse(text ?? 'null') as Draft | null
  } catch {
    return null
  }
}
