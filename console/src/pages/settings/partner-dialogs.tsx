/** Dialogs that add, approve, edit and remove a partner of the tenant. */
import { Body1, Field, Input } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { fieldError, useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import { AccessFields, accessFieldNames, useAccessFields } from './access-fields.tsx'
import {
  ApproveDocument,
  AssociateDocument,
  DissociateDocument,
  UpdateAssociationDocument,
} from './settings.graphql.ts'
import type { SettingsTenant } from './use-settings.ts'

type Association = NonNullable<SettingsTenant['partnerAssociations']>[number]

export function AddPartnerDialog({ onClose }: { onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const associate = useTenantMutation(AssociateDocument, ['settings'])
  const [clientId, setClientId] = useState('')
  const [externalTenantId, setExternalTenantId] = useState('')
  const access = useAccessFields()
  const submit = async () => {
    const input = {
      tenantId,
      clientId: clientId.trim(),
      externalTenantId: externalTenantId.trim(),
      ...access.input,
    }
    if (await associate.run({ input })) onClose()
  }
  return (
    <FormDialog
      title="Add partner"
      action="Add partner"
      isRunning={associate.isRunning}
      canSubmit={access.isValid}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Field
        label="Client ID"
        hint="Ask your MSP for it."
        required
        {...fieldError(associate, 'clientId')}
      >
        <Input
          autoCapitalize="none"
          spellCheck={false}
          value={clientId}
          onChange={(_, { value }) => setClientId(value)}
        />
      </Field>
      <Field
        label="Name at the partner"
        hint="What your MSP calls this tenant. Shown in your settings."
        required
        {...fieldError(associate, 'externalTenantId')}
      >
        <Input value={externalTenantId} onChange={(_, { value }) => setExternalTenantId(value)} />
      </Field>
      <AccessFields access={access} mutation={associate} />
      <MutationError
        mutation={associate}
        fields={['clientId', 'externalTenantId', ...accessFieldNames]}
      />
    </FormDialog>
  )
}

interface DialogProps {
  association: Association
  onClose: () => void
}

export function ApprovePartnerDialog({ association, onClose }: DialogProps) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const approve = useTenantMutation(ApproveDocument, ['settings'])
  const access = useAccessFields(association)
  const submit = async () => {
    const input = { tenantId, associationId: association.id, ...access.input }
    if (await approve.run({ input })) onClose()
  }
  return (
    <FormDialog
      title={`Approve ${association.partner.name}?`}
      action="Approve partner"
      isRunning={approve.isRunning}
      canSubmit={access.isValid}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>
        Technicians of this partner can then sign in while Login with IT Complete is on.
      </Body1>
      <AccessFields access={access} mutation={approve} />
      <MutationError mutation={approve} fields={accessFieldNames} />
    </FormDialog>
  )
}

export function EditAccessDialog({ association, onClose }: DialogProps) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const update = useTenantMutation(UpdateAssociationDocument, ['settings', 'sessions'])
  const access = useAccessFields(association)
  const submit = async () => {
    const input = { tenantId, associationId: association.id, ...access.input }
    if (await update.run({ input })) onClose()
  }
  return (
    <FormDialog
      title={`Access for ${association.partner.name}`}
      action="Save access"
      isRunning={update.isRunning}
      canSubmit={access.isValid}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>
        Technicians who are no longer allowed are signed out. Requiring more recent MFA signs all of
        this partner’s technicians out.
      </Body1>
      <AccessFields access={access} mutation={update} />
      <MutationError mutation={update} fields={accessFieldNames} />
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
