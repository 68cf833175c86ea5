/** A dialog with a form and at most one submit button. */
import {
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
import type { FormEvent, ReactNode } from 'react'

const useStyles = makeStyles({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    overflowWrap: 'anywhere',
  },
})

/** @param action the label of the submit button; if omitted, the dialog has only a Close button */
export function FormDialog({
  title,
  action,
  isRunning = false,
  canSubmit = true,
  onSubmit,
  onClose,
  children,
}: {
  title: string
  action?: string
  isRunning?: boolean
  canSubmit?: boolean
  onSubmit?: () => void
  onClose: () => void
  children: ReactNode
}) {
  const styles = useStyles()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isRunning) onSubmit?.()
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>{children}</DialogContent>
            <DialogActions>
              {action && (
                <Button
                  type="submit"
                  appearance="primary"
                  disabledFocusable={isRunning || !canSubmit}
                >
                  {action}
                </Button>
              )}
              <Button onClick={onClose}>{action ? 'Cancel' : 'Close'}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
