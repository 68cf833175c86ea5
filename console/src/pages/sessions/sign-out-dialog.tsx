/** Buttons that end sessions after a confirmation. */
import {
  Body1,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { PlugDisconnectedRegular } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { formatCount } from '../../app/format.ts'
import { ApiError, requestGraphql } from '../../app/graphql.ts'
import { RevokeFederatedSessionsDocument } from './sessions.graphql.ts'

type SignOutPayload = { userErrors: readonly { code: string; message: string }[] } | null

/** The delay after closing a dialog, in milliseconds. Longer than Fluent's closing animation. */
const closingMs = 400

export function SignOutAllTechnicians({
  tenantId,
  listedCount,
}: {
  tenantId: string
  /** The number of technician sessions in the loaded part of the list. */
  listedCount: number
}) {
  return (
    <SignOutDialog
      button="Sign out all technicians"
      title="Sign out all technicians?"
      action="Sign out all technicians"
      signOut={() =>
        requestGraphql(tenantId, RevokeFederatedSessionsDocument, { input: { tenantId } }).then(
          (answer) => answer.revokeFederatedSessions,
        )
      }
    >
      {listedCount > 0
        ? `This ends all technicians’ sessions (${formatCount(listedCount, 'session')} in the list) and pending sign-ins immediately.`
        : 'No technician is in the list. This ends all sessions and pending sign-ins from VSA and UniView.'}{' '}
      Login with IT Complete stays on, so technicians can sign in again. To prevent that, turn it
      off in Settings.
    </SignOutDialog>
  )
}

/** @param buttonLabel the accessible name of the button. Default: the text of the button */
export function SignOutDialog({
  button,
  buttonLabel,
  title,
  action,
  signOut,
  children,
}: {
  button: string
  buttonLabel?: string
  title: string
  action: string
  signOut: () => Promise<SignOutPayload>
  children: ReactNode
}) {
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: async () => {
      const [userError] = (await signOut())?.userErrors ?? []
      // Treats NOT_FOUND as success, because the session has already ended.
      if (userError && userError.code !== 'NOT_FOUND')
        throw new ApiError(userError.code, userError.message)
    },
    onSuccess: () => setOpen(false),
    onSettled: async () => {
      // Waits until the dialog has closed. If the page changed earlier, Fluent would hide the new
      // page from screen readers.
      await new Promise((resolve) => setTimeout(resolve, closingMs))
      await Promise.all(
        [['sessions'], ['viewer']].map((queryKey) => client.invalidateQueries({ queryKey })),
      )
    },
  })
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_, { open }) => {
        setOpen(open)
        reset()
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<PlugDisconnectedRegular />} aria-label={buttonLabel}>
          {button}
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>
            <Body1>{children}</Body1>
            {error && (
              <MessageBar intent="error" layout="multiline">
                <MessageBarBody>
                  <MessageBarTitle>Not signed out.</MessageBarTitle> {error.message}
                </MessageBarBody>
              </MessageBar>
            )}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={isPending} onClick={() => mutate()}>
              {action}
            </Button>
            <DialogTrigger disableButtonEnhancement>
              <Button>Cancel</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
