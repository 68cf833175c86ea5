/**
 * The state of a form. It keeps only what the user has changed, so that fields without a change
 * show the latest saved value. The changes survive a sign-in (drafts.ts).
 */
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import {
  type DraftOwner,
  draftedForms,
  type FieldValues,
  readDraft,
  removeDraft,
  saveDraft,
} from './drafts.ts'
import { useViewer } from './session.ts'
import { useUnsavedChanges } from './unsaved-changes.ts'
import type { UserError } from './use-tenant-mutation.ts'

/** A rule for a field. The message also replaces an API message that names the API's field. */
export interface FieldRule {
  message: string
  accepts(trimmed: string): boolean
}

export type Form<Values extends FieldValues> = ReturnType<typeof useForm<Values>>

export function useDraftOwner(): DraftOwner {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  return { tenantId, actorKey: useViewer().actor.key }
}

/** Returns the ids of the forms whose changes were kept over a sign-in. */
export function useDraftedForms(): string[] {
  const owner = useDraftOwner()
  return useState(() => draftedForms(owner))[0]
}

/**
 * @param id identifies the form in the tenant, over sign-ins
 * @param saved the values that the service has, or the initial values
 */
export function useForm<Values extends FieldValues>({
  id,
  saved,
  rules = {},
  mutation: { userErrors },
}: {
  id: string
  saved: Values
  rules?: Partial<Record<keyof Values & string, FieldRule>>
  mutation: { userErrors: UserError[] }
}) {
  const owner = useDraftOwner()
  const [edits, setEdits] = useState<Partial<Values>>(() => readDraft(owner, id, saved))
  /** The values at the last attempt to submit. Null before the first attempt. */
  const [submitted, setSubmitted] = useState<Values | null>(null)
  /** The values that were last sent to the API. Its user errors are about these. */
  const [sent, setSent] = useState<Values | null>(null)
  const container = useRef<HTMLDivElement>(null)

  const values = { ...saved, ...edits }
  const changes = Object.fromEntries(
    Object.entries(edits).filter(([name, value]) => value !== saved[name]),
  ) as Partial<Values>
  const hasChanges = Object.keys(changes).length > 0
  useUnsavedChanges(id, hasChanges)
  const [{ tenantId, actorKey }, changesText] = [owner, JSON.stringify(changes)]
  useEffect(() => {
    const draftOwner = { tenantId, actorKey }
    if (changesText === '{}') removeDraft(draftOwner, id)
    else saveDraft(draftOwner, id, JSON.parse(changesText) as FieldValues)
  }, [tenantId, actorKey, id, changesText])

  // biome-ignore lint/correctness/useExhaustiveDependencies: new errors mark other fields.
  useEffect(() => {
    if (submitted) firstInvalidField(container.current)?.focus()
  }, [submitted, userErrors])

  const trimmed = (name: keyof Values & string) => String(values[name]).trim()
  const brokenRule = (name: keyof Values & string) => {
    const rule = rules[name]
    return rule && !rule.accepts(trimmed(name)) ? rule.message : null
  }
  const errorOf = (name: keyof Values & string): string | null => {
    if (!submitted) return null
    const broken = brokenRule(name)
    const refused =
      values[name] === sent?.[name] && userErrors.find(({ field }) => field?.[0] === name)
    if (broken || !refused) return broken
    const rule = refused.message.startsWith(`${name} `) && rules[name]?.message
    return rule ? rule + removalHint(refused.message) : refused.message
  }
  return {
    /** The element that contains the fields. */
    container,
    values,
    changes,
    hasChanges,
    trimmed,
    fieldNames: Object.keys(saved),
    set: <Name extends keyof Values>(name: Name, value: Values[Name]) =>
      setEdits((current) => ({ ...current, [name]: value })),
    /** Discards the user's changes. */
    reset() {
      removeDraft(owner, id)
      setEdits({})
      setSubmitted(null)
    },
    /** Returns the properties with which a Fluent Field shows the field's error. */
    field: (name: keyof Values & string) => {
      const message = errorOf(name)
      return message ? { validationState: 'error' as const, validationMessage: message } : {}
    },
    /** Calls `save` if all values are valid. Otherwise marks all invalid fields at once. */
    submit(save: () => Promise<unknown>) {
      setSubmitted(values)
      if (Object.keys(rules).some(brokenRule)) return
      setSent(values)
      void save()
    },
  }
}

/** Returns the part of an API message that names an invisible character, as a sentence. */
const removalHint = (message: string) => {
  const [, character] = /; remove (U\+[0-9A-F]+)\.$/.exec(message) ?? []
  return character ? ` Remove ${character}.` : ''
}

const firstInvalidField = (container: HTMLElement | null) =>
  container?.querySelector<HTMLElement>('[aria-invalid="true"]')

/** A rule for a required text of one line. */
export const requiredText = (what: string, maxLength: number): FieldRule => ({
  message: `Enter ${what}: one line of up to ${maxLength} characters, without invisible characters.`,
  accepts: (text) => text.length >= 1 && text.length <= maxLength,
})
