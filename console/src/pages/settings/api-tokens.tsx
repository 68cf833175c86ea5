/** Lists, creates and revokes the API tokens of the tenant. */
import {
  Body1,
  Button,
  Caption1,
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
  tokens,
} from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useHasPermission } from '../../app/session.ts'
import { requiredText, useDraftedForms, useForm } from '../../app/use-form.ts'
import { useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import { StepUpPrompt } from '../../components/step-up-prompt.tsx'
import { Time } from '../../components/time.tsx'
import { CreateTokenDocument, RevokeTokenDocument } from './settings.graphql.ts'
import type { SettingsTenant } from './use-settings.ts'

type TokenList = NonNullable<SettingsTenant['apiTokens']>
type ApiToken = TokenList['nodes'][number]

const useStyles = makeStyles({
  cell: { overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground2 },
})

export function ApiTokens({
  apiTokens,
  needsStepUp,
}: {
  /** Null for technicians, who may not read API tokens. */
  apiTokens: TokenList | null
  needsStepUp: boolean
}) {
  const mayManage = useHasPermission('MANAGE_API_TOKENS')
  const [isCreating, setCreating] = useState(useDraftedForms().includes(formId))
  const [tokenToRevoke, setTokenToRevoke] = useState<ApiToken | null>(null)
  if (!apiTokens) return <Body1>Only the tenant’s admins can see API tokens.</Body1>
  return (
    <>
      <Body1>
        API tokens give read-only access to this tenant’s Activity log, for SIEMs and scripts.
      </Body1>
      {mayManage && needsStepUp && <StepUpPrompt purpose="to create a token" />}
      {mayManage && (
        <div>
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setCreating(true)}>
            Create token
          </Button>
        </div>
      )}
      {apiTokens.nodes.length === 0 ? (
        <Body1>No API tokens yet.</Body1>
      ) : (
        <TokenTable
          apiTokens={apiTokens.nodes}
          onRevoke={mayManage ? (token) => setTokenToRevoke(token) : null}
        />
      )}
      {apiTokens.pageInfo.hasNextPage && <Body1>Only the newest 100 tokens are shown.</Body1>}
      {isCreating && <CreateTokenDialog onClose={() => setCreating(false)} />}
      {tokenToRevoke && (
        <RevokeTokenDialog token={tokenToRevoke} onClose={() => setTokenToRevoke(null)} />
      )}
    </>
  )
}

function TokenTable({
  apiTokens,
  onRevoke,
}: {
  apiTokens: readonly ApiToken[]
  onRevoke: ((token: ApiToken) => void) | null
}) {
  const styles = useStyles()
  return (
    <Table aria-label="API tokens">
      <TableHeader>
        <TableRow>
          <TableHeaderCell>Name</TableHeaderCell>
          <TableHeaderCell>Expires</TableHeaderCell>
          <TableHeaderCell>Last used</TableHeaderCell>
          {onRevoke && <TableHeaderCell>Actions</TableHeaderCell>}
        </TableRow>
      </TableHeader>
      <TableBody>
        {apiTokens.map((token) => (
          <TableRow key={token.id}>
            <TableCell className={styles.cell}>
              {token.name}
              <Caption1 block className={styles.muted}>
                Created by {token.createdBy.displayName}
              </Caption1>
            </TableCell>
            <TableCell>
              <Time value={token.expiresAt} />
            </TableCell>
            <TableCell>{token.lastUsedAt ? <Time value={token.lastUsedAt} /> : 'Never'}</TableCell>
            {onRevoke && (
              <TableCell>
                <Button
                  size="small"
                  onClick={() => onRevoke(token)}
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
  )
}

const dayMs = 24 * 3_600_000
const lifetimesDays = [7, 30, 90, 365]

const formId = 'create-token'
const saved = { name: '', days: '90' }
const rules = { name: requiredText('a name', 100) }

function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const create = useTenantMutation(CreateTokenDocument, ['settings'])
  const form = useForm({ id: formId, saved, rules, mutation: create })
  const [secret, setSecret] = useState<string | null>(null)
  const save = async () => {
    // Subtracts one minute, because the API accepts at most one year and its clock may be behind
    // the clock of the browser.
    const expiresAt = new Date(Date.now() + Number(form.values.days) * dayMs - 60_000).toISOString()
    const input = { tenantId, name: form.trimmed('name'), expiresAt }
    const payload = await create.run({ input })
    if (!payload) return
    form.reset()
    setSecret(payload.secret)
  }
  if (secret !== null)
    return (
      <FormDialog title="Token created" onClose={onClose}>
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            Copy the token now. It is not shown again. Anyone who has it can read this tenant’s
            Activity log.
          </MessageBarBody>
        </MessageBar>
        <Field label="Token">
          <Input readOnly value={secret} />
        </Field>
        <div>
          <CopyButton text={secret} label="token" appearance="primary" />
        </div>
      </FormDialog>
    )
  return (
    <FormDialog
      title="Create API token"
      action="Create token"
      form={form}
      isRunning={create.isRunning}
      onSubmit={() => form.submit(save)}
      onClose={onClose}
    >
      <Body1>Anyone who has the token can read this tenant’s Activity log until it expires.</Body1>
      <Field label="Name" hint="What the token is used for." required {...form.field('name')}>
        <Input value={form.values.name} onChange={(_, { value }) => form.set('name', value)} />
      </Field>
      <Field label="Expires after">
        <Select value={form.values.days} onChange={(_, { value }) => form.set('days', value)}>
          {lifetimesDays.map((count) => (
            <option key={count} value={count}>
              {count} days
            </option>
          ))}
        </Select>
      </Field>
      <MutationError mutation={create} fields={form.fieldNames} />
    </FormDialog>
  )
}

function RevokeTokenDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const revoke = useTenantMutation(RevokeTokenDocument, ['settings'])
  const submit = async () => {
    if (await revoke.run({ input: { tenantId, apiTokenId: token.id } })) onClose()
  }
  return (
    <FormDialog
      title={`Revoke the token “${token.name}”?`}
      action="Revoke token"
      isRunning={revoke.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>Scripts and products that use this token lose access immediately.</Body1>
      <MutationError mutation={revoke} />
    </FormDialog>
  )
}
