/**
 * A dialog with a form or a question, and at most one submit button. A question starts with the
 * focus on Cancel, so that pressing Enter twice changes nothing.
 */
import {
  Body1,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'

const useStyles = makeStyles({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    overflowWrap: 'anywhere',
  },
  actions: { '& > button': { whiteSpace: 'nowrap' } },
})

/** The form of a dialog, as useForm() returns it. */
interface DialogForm {
  container: RefObject<HTMLDivElement | null>
  hasChanges: boolean
  reset(): void
}

/**
 * @param action the label of the submit button; if omitted, the dialog has only a Close button
 * @param cancel the label of the button that closes the dialog
 * @param form the form of the dialog; null if it has no fields
 * @param isQuestion true for a question. Default: a dialog with an action and without a form
 * @param onBack shows a Back button
 */
export function FormDialog({
  title,
  action,
  cancel = action ? 'Cancel' : 'Close',
  form = null,
  isQuestion = form === null && action !== undefined,
  isRunning = false,
  onSubmit,
  onBack,
  onClose,
  children,
}: {
  title: string
  action?: string
  cancel?: string
  form?: DialogForm | null
  isQuestion?: boolean
  isRunning?: boolean
  onSubmit?: () => void
  onBack?: () => void
  onClose: () => void
  children: ReactNode
}) {
  const styles = useStyles()
  const [isAsking, setAsking] = useState(false)
  const content = useRef<HTMLDivElement>(null)
  const cancelButton = useRef<HTMLButtonElement>(null)
  useFocusAtStart(title, isQuestion ? cancelButton : content)
  useReturnFocus()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isRunning) onSubmit?.()
  }
  const close = () => {
    form?.reset()
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(_, { open }) => {
        if (open) return
        if (form?.hasChanges) setAsking(true)
        else close()
      }}
    >
      <DialogSurface>
        <form onSubmit={submit} noValidate>
          <DialogBody ref={form?.container}>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content} ref={content}>
              {children}
            </DialogContent>
            <DialogActions className={styles.actions}>
              {action && (
                <Button type="submit" appearance="primary" disabledFocusable={isRunning}>
                  {action}
                </Button>
              )}
              {onBack && <Button onClick={onBack}>Back</Button>}
              <Button ref={cancelButton} onClick={close}>
                {cancel}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
        {isAsking && <LeaveDialog onLeave={close} onStay={() => setAsking(false)} />}
      </DialogSurface>
    </Dialog>
  )
}

/** Asks before unsaved changes are lost. */
export function LeaveDialog({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  return (
    <FormDialog
      title="Discard your changes?"
      action="Discard changes"
      cancel="Keep editing"
      onSubmit={onLeave}
      onClose={onStay}
    >
      <Body1>You have not saved what you changed.</Body1>
    </FormDialog>
  )
}

/**
 * Moves the focus when the dialog opens, and when its title changes because it shows another step.
 * @param target the button to focus, or the element whose first field is focused
 */
function useFocusAtStart(title: string, target: RefObject<HTMLElement | null>): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title means a new step.
  useEffect(() => {
    const element = target.current
    const first =
      element instanceof HTMLButtonElement
        ? element
        : (element?.querySelector<HTMLElement>('input, textarea, select') ??
          element?.parentElement?.querySelector<HTMLElement>('button'))
    first?.focus()
  }, [title])
}

/**
 * When the dialog closes, moves the focus to the element that opened it. If this element is gone,
 * for example because its row was removed, moves the focus to the heading of the page.
 */
function useReturnFocus(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        const isLost = () => document.activeElement === document.body
        if (isLost() && opener instanceof HTMLElement) opener.focus()
        if (isLost()) document.querySelector<HTMLElement>('#main h1')?.focus()
      })
    },
    [opener],
  )
}
