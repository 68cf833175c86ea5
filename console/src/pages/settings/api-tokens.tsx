/** API tokens: made, shown once, and revoked. */
import {
  Body1,
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Select,
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
import { CopyButton } from '../../components/support-id.tsx'
import { formatTime } from '../../app/labels.ts'
import { CreateTokenDocument, RevokeTokenDocument } from './settings.graphql.ts'
import type { SettingsTenant } from './use-settings.ts'

type TokenList = SettingsTenant['apiTokens']
type Token = NonNullable<TokenList>['nodes'][number]

const useStyles = makeStyles({ cell: { overflowWrap: 'anywhere' } })

export function Tokens({ apiTokens, needsStepUp }: { apiTokens: TokenList; needsStepUp: boolean }) {
  const styles = useStyles()
  const may = useMay('MANAGE_API_TOKENS')
  const [open, setOpen] = useState<'create' | Token | null>(null)
  if (!apiTokens) return <Body1>API tokens are shown to admins of the tenant alone.</Body1>
  return (
    <>
      <Body1>
        An API token reads this tenant’s activity, and nothing else: for collectors and analysts’
        programs.
      </Body1>
      {may && needsStepUp && <StepUp what="Making a token" />}
      {may && (
        <div>
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setOpen('create')}>
            Make a token
          </Button>
        </div>
      )}
      {apiTokens.nodes.length === 0 ? (
        <Body1>There are no API tokens.</Body1>
      ) : (
        <Table aria-label="API tokens">
          <TableHeader>
            <TableRow>
              <TableHeaderCell>Token</TableHeaderCell>
              <TableHeaderCell>Good until</TableHeaderCell>
              <TableHeaderCell>Last used</TableHeaderCell>
              {may && <TableHeaderCell>Action</TableHeaderCell>}
            </TableRow>
          </TableHeader>
          <TableBody>
            {apiTokens.nodes.map((token) => (
              <TableRow key={token.id}>
                <TableCell className={styles.cell}>
                  {token.name} (by {token.createdBy.displayName})
                </TableCell>
                <TableCell>{formatTime(token.expiresAt)}</TableCell>
                <TableCell>{token.lastUsedAt ? formatTime(token.lastUsedAt) : 'never'}</TableCell>
                {may && (
                  <TableCell>
                    <Button
                      size="small"
                      onClick={() => setOpen(token)}
                      aria-label={`Revoke ${token.name}`}
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
      {apiTokens.pageInfo.hasNextPage && <Body1>The newest 100 are shown.</Body1>}
      {open === 'create' && <Create onClose={() => setOpen(null)} />}
      {open !== null && open !== 'create' && <Revoke token={open} onClose={() => setOpen(null)} />}
    </>
  )
}

const dayMs = 24 * 3_600_000
const lifetimes = [7, 30, 90, 365]

function Create({ onClose }: { onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(CreateTokenDocument, ['settings'])
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const [secret, setSecret] = useState<string | null>(null)
  const submit = async () => {
    // A minute less than a year is within a year, whatever the clocks say.
    const expiresAt = new Date(Date.now() + days * dayMs - 60_000).toISOString()
    const made = await change.run({ input: { tenantId, name: name.trim(), expiresAt } })
    if (made) setSecret(made.secret)
  }
  if (secret !== null)
    return (
      <FormDialog title="The token is made" onClose={onClose}>
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            This is shown once. Copy it now; whoever has it reads this tenant’s activity.
          </MessageBarBody>
        </MessageBar>
        <Field label="Secret">
          <Input readOnly value={secret} />
        </Field>
        <div>
          <CopyButton text={secret} what="secret" appearance="primary" />
        </div>
      </FormDialog>
    )
  return (
    <FormDialog
      title="Make an API token"
      action="Make"
      isRunning={change.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Field label="What it is for" required {...fieldProblem(change, 'name')}>
        <Input value={name} maxLength={100} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label="Good for" {...fieldProblem(change, 'expiresAt')}>
        <Select value={days} onChange={(_, { value }) => setDays(Number(value))}>
          {lifetimes.map((count) => (
            <option key={count} value={count}>
              {count} days
            </option>
          ))}
        </Select>
      </Field>
      <Problem change={change} fields={['name', 'expiresAt']} />
    </FormDialog>
  )
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(RevokeTokenDocument, ['settings'])
  const submit = async () => {
    if (await change.run({ input: { tenantId, apiTokenId: token.id } })) onClose()
  }
  return (
    <FormDialog
      title={`Revoke “${token.name}”?`}
      action="Revoke"
      isRunning={change.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>Programs that use it are refused from now on.</Body1>
      <Problem change={change} />
    </FormDialog>
  )
}
