/** Spanning Admins: granted and revoked. */
import {
  Body1,
  Button,
  Field,
  Input,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { fieldProblem, Problem, useChange } from '../../app/use-mutation.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useMay } from '../../app/session.ts'
import { StepUp } from '../../components/step-up-prompt.tsx'
import { formatTime } from '../../app/labels.ts'
import { GrantDocument, RevokeDocument } from './settings.graphql.ts'
import type { SettingsTenant } from './use-settings.ts'

type AdminList = SettingsTenant['spanningAdmins']
type Admin = NonNullable<AdminList>['nodes'][number]

const useStyles = makeStyles({ cell: { overflowWrap: 'anywhere' } })

export function Admins({ admins, needsStepUp }: { admins: AdminList; needsStepUp: boolean }) {
  const styles = useStyles()
  const may = useMay('MANAGE_SPANNING_ADMINS')
  const [open, setOpen] = useState<'grant' | Admin | null>(null)
  if (!admins) return <Body1>Your role does not let you see this.</Body1>
  return (
    <>
      <Body1>
        Spanning Admins sign in with Microsoft, and may do here what Global Admins may. Global
        Admins are not listed: Entra ID knows them.
      </Body1>
      {may && needsStepUp && <StepUp what="Granting and revoking" />}
      {may && (
        <div>
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setOpen('grant')}>
            Grant
          </Button>
        </div>
      )}
      {admins.nodes.length === 0 ? (
        <Body1>There are no Spanning Admins.</Body1>
      ) : (
        <Table aria-label="Spanning Admins">
          <TableHeader>
            <TableRow>
              <TableHeaderCell>Who</TableHeaderCell>
              <TableHeaderCell>Since</TableHeaderCell>
              {may && <TableHeaderCell>Action</TableHeaderCell>}
            </TableRow>
          </TableHeader>
          <TableBody>
            {admins.nodes.map((admin) => (
              <TableRow key={admin.objectId}>
                <TableCell className={styles.cell}>
                  {admin.displayName} ({admin.userPrincipalName})
                </TableCell>
                <TableCell>{formatTime(admin.grantedAt)}</TableCell>
                {may && (
                  <TableCell>
                    <Button
                      size="small"
                      onClick={() => setOpen(admin)}
                      aria-label={`Revoke ${admin.displayName}`}
                    >
                      Revoke
                    </Button>
                  </TableCell>
                )}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {admins.pageInfo.hasNextPage && <Body1>The first 100 are shown.</Body1>}
      {open === 'grant' && <Grant onClose={() => setOpen(null)} />}
      {open !== null && open !== 'grant' && <Revoke admin={open} onClose={() => setOpen(null)} />}
    </>
  )
}

const fields = ['objectId', 'userPrincipalName', 'displayName'] as const

function Grant({ onClose }: { onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(GrantDocument, ['settings'])
  const [input, setInput] = useState({ objectId: '', userPrincipalName: '', displayName: '' })
  const [hasTried, setTried] = useState(false)
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(input.objectId.trim())
  const submit = async () => {
    setTried(true)
    if (!isId) return
    if (
      await change.run({
        input: { tenantId, ...input, objectId: input.objectId.trim().toLowerCase() },
      })
    )
      onClose()
  }
  const field = (name: (typeof fields)[number], label: string, hint: string) => (
    <Field
      label={label}
      hint={hint}
      required
      {...(name === 'objectId' &&
        hasTried &&
        !isId && {
          validationState: 'error' as const,
          validationMessage: 'A UUID, as Entra ID shows it.',
        })}
      {...fieldProblem(change, name)}
    >
      <Input
        spellCheck={false}
        value={input[name]}
        onChange={(_, { value }) => setInput({ ...input, [name]: value })}
      />
    </Field>
  )
  return (
    <FormDialog
      title="Make somebody a Spanning Admin"
      action="Grant"
      isRunning={change.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {field('objectId', 'Object id', 'In the Microsoft Entra admin center, under Users.')}
      {field('userPrincipalName', 'User name', 'Such as sam@contoso.com.')}
      {field('displayName', 'Name', 'For people to read.')}
      <Problem change={change} fields={[...fields]} />
    </FormDialog>
  )
}

function Revoke({ admin, onClose }: { admin: Admin; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(RevokeDocument, ['settings', 'sessions'])
  const submit = async () => {
    if (await change.run({ input: { tenantId, objectId: admin.objectId } })) onClose()
  }
  return (
    <FormDialog
      title={`Revoke ${admin.displayName}?`}
      action="Revoke"
      isRunning={change.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>
        {admin.displayName} is an admin here no longer, and the sessions that rest on it end at
        once.
      </Body1>
      <Problem change={change} />
    </FormDialog>
  )
}
