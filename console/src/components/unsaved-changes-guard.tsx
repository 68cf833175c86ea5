import { useBlocker } from '@tanstack/react-router'
import { removeDrafts } from '../app/drafts.ts'
import { hasUnsavedChanges } from '../app/unsaved-changes.ts'
import { LeaveDialog } from './form-dialog.tsx'

/** Asks before the user opens another page or tab, or leaves the console, with unsaved changes. */
export function UnsavedChangesGuard() {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: hasUnsavedChanges,
    enableBeforeUnload: hasUnsavedChanges,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  const leave = () => {
    removeDrafts()
    proceed()
  }
  return <LeaveDialog onLeave={leave} onStay={reset} />
}
