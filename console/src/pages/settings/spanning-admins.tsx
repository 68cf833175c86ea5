/** Lists, adds and removes the Spanning Admins of the tenant. */
import {
  Body1,
  Button,
  Caption1,
  Field,
  Input,
  makeStyles,
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
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import { StepUpPrompt } from '../../components/step-up-prompt.tsx'
import { Time } from '../../components/time.tsx'
import { GrantDocument, RevokeDocument } from './settings.graphql.ts'
import type { SettingsTenant } from './use-settings.ts'

type AdminList = NonNullable<SettingsTenant['spanningAdmins']>
type SpanningAdmin = AdminList['nodes'][number]

const useStyles = makeStyles({
  cell: { overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground2 },
})

export function SpanningAdmins({
  admins,
  needsStepUp,
}: {
  admins: AdminList | null
  needsStepUp: boolean
}) {
  const mayManage = useHasPermission('MANAGE_SPANNING_ADMINS')
  const [isAdding, setAdding] = useState(useDraftedForms().includes(formId))
  const [adminToRemove, setAdminToRemove] = useState<SpanningAdmin | null>(null)
  if (!admins) return <Body1>Your role does not allow you to see this.</Body1>
  return (
    <>
      <Body1>
        Spanning Admins sign in with Microsoft and have the same permissions here as Global Admins.
        Global Admins are managed in Microsoft Entra ID.
      </Body1>
      {mayManage && needsStepUp && <StepUpPrompt purpose="to add or remove Spanning Admins" />}
      {mayManage && (
        <div>
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setAdding(true)}>
            Add Spanning Admin
          </Button>
        </div>
      )}
      {admins.nodes.length === 0 ? (
        <Body1>No Spanning Admins yet.</Body1>
      ) : (
        <AdminTable
          admins={admins.nodes}
          onRemove={mayManage ? (admin) => setAdminToRemove(admin) : null}
        />
      )}
      {admins.pageInfo.hasNextPage && <Body1>Only the first 100 are shown.</Body1>}
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
      {adminToRemove && (
        <RemoveDialog admin={adminToRemove} onClose={() => setAdminToRemove(null)} />
      )}
    </>
  )
}

function AdminTable({
  admins,
  onRemove,
}: {
  admins: readonly SpanningAdmin[]
  onRemove: ((admin: SpanningAdmin) => void) | null
}) {
  const styles = useStyles()
  return (
    <Table aria-label="Spanning Admins">
      <TableHeader>
        <TableRow>
          <TableHeaderCell>Name</TableHeaderCell>
          <TableHeaderCell>Added</TableHeaderCell>
          {onRemove && <TableHeaderCell>Actions</TableHeaderCell>}
        </TableRow>
      </TableHeader>
      <TableBody>
        {admins.map((admin) => (
          <TableRow key={admin.objectId}>
            <TableCell className={styles.cell}>
              {admin.displayName}
              <Caption1 block className={styles.muted}>
                {admin.userPrincipalName}
              </Caption1>
            </TableCell>
            <TableCell>
              <Time value={admin.grantedAt} />
            </TableCell>
            {onRemove && (
              <TableCell>
                <Button
                  size="small"
                  onClick={() => onRemove(admin)}
                  aria-label={`Remove ${admin.displayName}`}
                >
                  Remove
                </Button>
              </TableCell>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

const formId = 'add-spanning-admin'
const saved = { objectId: '', userPrincipalName: '', displayName: '' }
const rules = {
  objectId: {
    message: 'Enter the object ID from Entra ID. It has 32 digits and 4 hyphens.',
    accepts: (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  },
  userPrincipalName: {
    message: 'Enter the user name from Entra ID, such as sam@contoso.com.',
    accepts: (text: string) => text.length <= 256 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text),
  },
  displayName: requiredText('a name', 256),
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const grant = useTenantMutation(GrantDocument, ['settings', 'sessions'])
  const form = useForm({ id: formId, saved, rules, mutation: grant })
  const save = async () => {
    const input = {
      tenantId,
      objectId: form.trimmed('objectId').toLowerCase(),
      userPrincipalName: form.trimmed('userPrincipalName'),
      displayName: form.trimmed('displayName'),
    }
    if (!(await grant.run({ input }))) return
    form.reset()
    onClose()
  }
  const field = (name: keyof typeof saved, label: string, hint: string) => (
    <Field label={label} hint={hint} required {...form.field(name)}>
      <Input
        spellCheck={false}
        autoCapitalize="none"
        value={form.values[name]}
        onChange={(_, { value }) => form.set(name, value)}
      />
    </Field>
  )
  return (
    <FormDialog
      title="Add Spanning Admin"
      action="Add Spanning Admin"
      form={form}
      isRunning={grant.isRunning}
      onSubmit={() => form.submit(save)}
      onClose={onClose}
    >
      <Body1>
        The person can then sign in with Microsoft immediately and has the same permissions here as
        a Global Admin.
      </Body1>
      {field('objectId', 'Object ID', 'Entra admin center > Users > the user > Overview')}
      {field('userPrincipalName', 'User name', 'Such as sam@contoso.com')}
      {field('displayName', 'Name', 'Shown in your settings and in the Activity log')}
      <MutationError mutation={grant} fields={form.fieldNames} />
    </FormDialog>
  )
}

function RemoveDialog({ admin, onClose }: { admin: SpanningAdmin; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const revoke = useTenantMutation(RevokeDocument, ['settings', 'sessions'])
  const submit = async () => {
    if (await revoke.run({ input: { tenantId, objectId: admin.objectId } })) onClose()
  }
  return (
    <FormDialog
      title={`Remove ${admin.displayName} as Spanning Admin?`}
      action="Remove Spanning Admin"
      isRunning={revoke.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>
        {admin.displayName} loses access to this tenant and is signed out immediately, unless they
        are also a Global Admin.
      </Body1>
      <MutationError mutation={revoke} />
    </FormDialog>
  )
}
