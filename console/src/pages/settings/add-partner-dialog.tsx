/**
 * A dialog that adds a partner in two steps: the form, and a question that shows the registered
 * name and address of the partner.
 */
import { Body1, Field, Input } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, requestGraphql } from '../../app/graphql.ts'
import { type Form, requiredText, useForm } from '../../app/use-form.ts'
import { type UserError, useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import { AccessFields, accessOf, accessRules, accessValues } from './access-fields.tsx'
import { AccessSummary, type Partner } from './access-summary.tsx'
import { AssociateDocument, PartnerLookupDocument } from './settings.graphql.ts'

export const addPartnerFormId = 'add-partner'

const saved = { clientId: '', externalTenantId: '', ...accessValues() }
const rules = {
  clientId: requiredText('the client ID', 100),
  externalTenantId: requiredText('a name', 200),
  ...accessRules,
}

export function AddPartnerDialog({ isOn, onClose }: { isOn: boolean; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const associate = useTenantMutation(AssociateDocument, ['settings', 'sessions'])
  const lookUp = useLookUp(tenantId)
  const [partner, setPartner] = useState<Partner | null>(null)
  const userErrors = associate.userErrors.length ? associate.userErrors : lookUp.userErrors
  const form = useForm({ id: addPartnerFormId, saved, rules, mutation: { userErrors } })
  const access = accessOf(form.values)
  const add = async (found: Partner) => {
    const externalTenantId = form.trimmed('externalTenantId')
    const input = { tenantId, clientId: found.clientId, externalTenantId, ...access }
    if (!(await associate.run({ input }))) return
    form.reset()
    onClose()
  }
  const showPartner = async () => {
    associate.reset()
    setPartner(await lookUp.run(form.trimmed('clientId')))
  }
  return (
    <FormDialog
      title={partner ? `Add ${partner.name}?` : 'Add partner'}
      action={partner ? 'Add partner' : 'Continue'}
      form={form}
      isQuestion={partner !== null}
      isRunning={associate.isRunning || lookUp.isRunning}
      onSubmit={() => (partner ? void add(partner) : form.submit(showPartner))}
      {...(partner && { onBack: () => setPartner(null) })}
      onClose={onClose}
    >
      {partner ? (
        <>
          <Body1>
            {isOn
              ? 'Login with IT Complete is on, so these technicians can sign in to this tenant immediately. Add the partner only if you know this address.'
              : 'These technicians can sign in to this tenant once you turn on Login with IT Complete. Add the partner only if you know this address.'}
          </Body1>
          <AccessSummary partner={partner} access={access} />
        </>
      ) : (
        <PartnerFields form={form} />
      )}
      <MutationError mutation={lookUp} fields={form.fieldNames} />
      <MutationError mutation={associate} fields={partner ? [] : form.fieldNames} />
    </FormDialog>
  )
}

function PartnerFields({ form }: { form: Form<typeof saved> }) {
  return (
    <>
      <Field label="Client ID" hint="Ask your MSP for it." required {...form.field('clientId')}>
        <Input
          autoCapitalize="none"
          spellCheck={false}
          value={form.values.clientId}
          onChange={(_, { value }) => form.set('clientId', value)}
        />
      </Field>
      <Field
        label="Name at the partner"
        hint="What your MSP calls this tenant. Shown in your settings."
        required
        {...form.field('externalTenantId')}
      >
        <Input
          value={form.values.externalTenantId}
          onChange={(_, { value }) => form.set('externalTenantId', value)}
        />
      </Field>
      <AccessFields form={form} />
    </>
  )
}

const notFound: UserError[] = [
  {
    code: 'PARTNER_NOT_FOUND',
    field: ['clientId'],
    message:
      'No partner instance is registered under this client ID. Ask your MSP for the client ID.',
  },
]
const noErrors: UserError[] = []

/** Looks up the partner instance that is registered under a client ID. */
function useLookUp(tenantId: string) {
  const { mutateAsync, data, error, isPending } = useMutation({
    mutationFn: (clientId: string) =>
      requestGraphql(tenantId, PartnerLookupDocument, { tenantId, clientId }).then(({ tenant }) => {
        if (tenant) return tenant.partnerInstance ?? null
        throw new ApiError('INTERNAL_SERVER_ERROR', 'The partner was not looked up. Try again.')
      }),
  })
  return {
    run: (clientId: string) => mutateAsync(clientId).catch(() => null),
    isRunning: isPending,
    error,
    userErrors: data === null ? notFound : noErrors,
  }
}
