/** Buttons that end sessions after a confirmation. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { PlugDisconnectedRegular } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { formatCount } from '../../app/format.ts'
import { ApiError, requestGraphql } from '../../app/graphql.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { RevokeFederatedSessionsDocument } from './sessions.graphql.ts'

type SignOutPayload = { userErrors: readonly { code: string; message: string }[] } | null

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
    onSettled: () =>
      Promise.all(
        [['sessions'], ['viewer']].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  })
  return (
    <>
      <Button
        icon={<PlugDisconnectedRegular />}
        aria-label={buttonLabel}
        onClick={() => setOpen(true)}
      >
        {button}
      </Button>
      {isOpen && (
        <FormDialog
          title={title}
          action={action}
          isRunning={isPending}
          onSubmit={() => mutate(undefined, { onSuccess: () => setOpen(false) })}
          onClose={() => {
            setOpen(false)
            reset()
          }}
        >
          <Body1>{children}</Body1>
          {error && (
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody>
                <MessageBarTitle>Not signed out.</MessageBarTitle> {error.message}
              </MessageBarBody>
            </MessageBar>
          )}
        </FormDialog>
      )}
    </>
  )
}
