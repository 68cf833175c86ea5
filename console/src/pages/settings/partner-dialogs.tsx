/** Dialogs that approve, edit and remove a partner of the tenant. */
import { Body1 } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useForm } from '../../app/use-form.ts'
import { useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import { AccessFields, accessOf, accessRules, accessValues } from './access-fields.tsx'
import { AccessSummary } from './access-summary.tsx'
import {
  ApproveDocument,
  DissociateDocument,
  UpdateAssociationDocument,
} from './settings.graphql.ts'
import type { SettingsTenant } from './use-settings.ts'

export type Association = NonNullable<SettingsTenant['partnerAssociations']>[number]

export const accessFormId = (kind: 'approve' | 'edit', { id }: Association): string =>
  `${kind}-partner:${id}`

interface DialogProps {
  association: Association
  onClose: () => void
}

export function ApprovePartnerDialog({ association, onClose }: DialogProps) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const approve = useTenantMutation(ApproveDocument, ['settings'])
  const form = useForm({
    id: accessFormId('approve', association),
    saved: accessValues(association),
    rules: accessRules,
    mutation: approve,
  })
  const access = accessOf(form.values)
  const save = async () => {
    if (!(await approve.run({ input: { tenantId, associationId: association.id, ...access } })))
      return
    form.reset()
    onClose()
  }
  return (
    <FormDialog
      title={`Approve ${association.partner.name}?`}
      action="Approve partner"
      form={form}
      isRunning={approve.isRunning}
      onSubmit={() => form.submit(save)}
      onClose={onClose}
    >
      <Body1>
        Technicians of this partner can then sign in while Login with IT Complete is on. Approve it
        only if you know its address.
      </Body1>
      <AccessFields form={form} />
      <AccessSummary partner={association.partner} access={access} />
      <MutationError mutation={approve} fields={form.fieldNames} />
    </FormDialog>
  )
}

export function EditAccessDialog({ association, onClose }: DialogProps) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const update = useTenantMutation(UpdateAssociationDocument, ['settings', 'sessions'])
  const form = useForm({
    id: accessFormId('edit', association),
    saved: accessValues(association),
    rules: accessRules,
    mutation: update,
  })
  const access = accessOf(form.values)
  const save = async () => {
    if (!(await update.run({ input: { tenantId, associationId: association.id, ...access } })))
      return
    form.reset()
    onClose()
  }
  return (
    <FormDialog
      title={`Access for ${association.partner.name}`}
      action="Save access"
      form={form}
      isRunning={update.isRunning}
      onSubmit={() => form.submit(save)}
      onClose={onClose}
    >
      <Body1>
        Technicians who are no longer allowed are signed out. Requiring more recent MFA signs all of
        this partner’s technicians out.
      </Body1>
      <AccessFields form={form} />
      <AccessSummary partner={association.partner} access={access} />
      <MutationError mutation={update} fields={form.fieldNames} />
    </FormDialog>
  )
}

/** A dialog that declines a pending partner request or removes an active partner. */
export function RemovePartnerDialog({ association, onClose }: DialogProps) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const dissociate = useTenantMutation(DissociateDocument, ['settings', 'sessions'])
  const isPending = association.status === 'REQUESTED'
  const submit = async () => {
    if (await dissociate.run({ input: { tenantId, associationId: association.id } })) onClose()
  }
  return (
    <FormDialog
      title={
        isPending
          ? `Decline the request of ${association.partner.name}?`
          : `Remove ${association.partner.name}?`
      }
      action={isPending ? 'Decline request' : 'Remove partner'}
      isRunning={dissociate.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>
        {isPending
          ? 'The partner gets no access and can send a new request.'
          : 'Technicians of this partner are signed out immediately and can no longer sign in.'}
      </Body1>
      <MutationError mutation={dissociate} />
    </FormDialog>
  )
}
