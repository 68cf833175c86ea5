/**
 * A dialog that asks for confirmation before turning off "Login with IT Complete". It shows which
 * sessions end and which users keep access.
 */
import {
  Body1,
  MessageBar,
  MessageBarBody,
  Skeleton,
  SkeletonItem,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { formatCount } from '../../app/format.ts'
import { requestGraphql } from '../../app/graphql.ts'
import { useViewer } from '../../app/session.ts'
import { useTenantMutation } from '../../app/use-tenant-mutation.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { MutationError } from '../../components/mutation-error.tsx'
import {
  DisableDialogDocument,
  type DisableDialogQuery,
  DisableDocument,
} from './settings.graphql.ts'

type Impact = NonNullable<
  NonNullable<DisableDialogQuery['tenant']>['settings']
>['itCompleteLogin']['disableImpact']

export function DisableDialog({
  onClose,
  onDisabled,
}: {
  onClose: () => void
  onDisabled: (endedSessions: number, endedHandoffs: number) => void
}) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const viewer = useViewer()
  const disable = useTenantMutation(DisableDocument, ['settings', 'sessions'])
  const { data, error } = useQuery({
    queryKey: ['disable', tenantId],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, DisableDialogDocument, { tenantId }, signal).then(
        ({ tenant }) => tenant?.settings ?? null,
      ),
    gcTime: 0,
  })
  const impact = data?.itCompleteLogin.disableImpact
  // Omits expectedVersion, so that turning the feature off succeeds even if other settings have
  // changed.
  const turnOff = async () => {
    const payload = await disable.run({ input: { tenantId } })
    if (payload) onDisabled(payload.endedSessionCount ?? 0, payload.endedHandoffCount ?? 0)
  }
  return (
    <FormDialog
      title="Turn off Login with IT Complete?"
      action="Turn off"
      isRunning={disable.isRunning}
      onSubmit={() => void turnOff()}
      onClose={onClose}
    >
      {impact ? (
        <ImpactText impact={impact} />
      ) : error || data ? (
        <Body1>
          The number of sessions that this ends could not be loaded. You can still turn off Login
          with IT Complete.
        </Body1>
      ) : (
        <Skeleton aria-label="Loading">
          <SkeletonItem />
        </Skeleton>
      )}
      {viewer.actor.__typename === 'PartnerTechnician' && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            Your own session ends too. Only an admin of the tenant can turn this on again.
          </MessageBarBody>
        </MessageBar>
      )}
      <MutationError mutation={disable} />
    </FormDialog>
  )
}

function ImpactText({
  impact: { federatedSessionCount, pendingHandoffCount, remainingAdmins },
}: {
  impact: NonNullable<Impact>
}) {
  return (
    <>
      <Body1>
        This ends <strong>{formatCount(federatedSessionCount, 'active session')}</strong>
        {pendingHandoffCount > 0 && ` and ${formatCount(pendingHandoffCount, 'pending sign-in')}`}{' '}
        immediately. Nobody can sign in from VSA or UniView until you turn it on again.
      </Body1>
      <Body1>
        {remainingAdmins.length === 0
          ? 'Only the Global Admins of your organization keep access. There are no Spanning Admins.'
          : `Global Admins of your organization keep access, and so ${remainingAdmins.length === 1 ? 'does this Spanning Admin' : `do these ${remainingAdmins.length} Spanning Admins`}:`}
      </Body1>
      {remainingAdmins.length > 0 && (
        <ul>
          {remainingAdmins.map(({ key, displayName, userPrincipalName }) => (
            <li key={key}>
              {displayName} ({userPrincipalName})
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
