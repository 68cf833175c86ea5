/**
 * A dialog that asks for confirmation before turning on "Login with IT Complete". It shows which
 * partners get access, and on which terms.
 */
import { Body1 } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import { AccessSummary } from './access-summary.tsx'
import { EnableDocument } from './settings.graphql.ts'
import { useSettings } from './use-settings.ts'

export function EnableDialog({ version, onClose }: { version: number; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const enable = useTenantMutation(EnableDocument, ['settings', 'sessions'])
  // Reads the settings again, so that the dialog shows the current partners.
  const { data: tenant } = useSettings()
  const active = tenant?.partnerAssociations?.filter(({ status }) => status === 'ACTIVE') ?? []
  const turnOn = async () => {
    if (await enable.run({ input: { tenantId, expectedVersion: version } })) onClose()
  }
  return (
    <FormDialog
      title="Turn on Login with IT Complete?"
      action="Turn on"
      isRunning={enable.isRunning}
      onSubmit={() => void turnOn()}
      onClose={onClose}
    >
      <Body1>
        These technicians can then sign in to this tenant without a Microsoft account, change its
        backup settings, and read its Activity log:
      </Body1>
      {active.map(({ id, partner, ...access }) => (
        <AccessSummary key={id} partner={partner} access={access} />
      ))}
      <MutationError mutation={enable} />
    </FormDialog>
  )
}
