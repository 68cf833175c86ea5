/** The forms of this page that have unsaved changes. */
import { useEffect } from 'react'
import { removeDrafts } from './drafts.ts'

const changedForms = new Set<string>()
let isLeaving = false

export const hasUnsavedChanges = (): boolean => !isLeaving && changedForms.size > 0

export function useUnsavedChanges(formId: string, isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return
    changedForms.add(formId)
    return () => void changedForms.delete(formId)
  }, [formId, isChanged])
}

/** Lets the browser leave the console without asking, for a sign-in that restores the drafts. */
export function leaveWithDrafts(): void {
  isLeaving = true
}

/** Lets the browser leave the console without asking, and removes the drafts. */
export function leaveWithoutDrafts(): void {
  isLeaving = true
  removeDrafts()
}
