/** Shows the active partner associations of the tenant and the requests that await approval. */
import {
  Badge,
  Body1,
  Button,
  Caption1,
  Card,
  CardFooter,
  CardHeader,
  makeStyles,
  Subtitle2,
  tokens,
} from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { platformLabel } from '../../app/labels.ts'
import { useHasPermission } from '../../app/session.ts'
import { useDraftedForms } from '../../app/use-form.ts'
import { StepUpPrompt } from '../../components/step-up-prompt.tsx'
import { Time } from '../../components/time.tsx'
import { AddPartnerDialog, addPartnerFormId } from './add-partner-dialog.tsx'
import {
  ApprovePartnerDialog,
  type Association,
  accessFormId,
  EditAccessDialog,
  RemovePartnerDialog,
} from './partner-dialogs.tsx'

const useStyles = makeStyles({
  muted: { color: tokens.colorNeutralForeground2 },
  wrap: { overflowWrap: 'anywhere' },
  footer: { flexWrap: 'wrap' },
  badge: { whiteSpace: 'nowrap', flexShrink: 0 },
})

type OpenDialog =
  | { kind: 'add' }
  | { kind: 'approve' | 'edit' | 'remove'; association: Association }

export function Partners({
  associations,
  isOn,
  needsStepUp,
}: {
  associations: Association[] | null
  /** Whether Login with IT Complete is on. */
  isOn: boolean
  needsStepUp: boolean
}) {
  const mayManage = useHasPermission('MANAGE_PARTNER_ASSOCIATIONS')
  const [dialog, setDialog] = useState(restoredDialog(associations ?? [], useDraftedForms()))
  const close = () => setDialog(null)
  if (!associations) return <Body1>Your role does not allow you to see this.</Body1>
  return (
    <>
      <Body1>
        A partner is one VSA server or UniView portal of an MSP. Its technicians can sign in to this
        tenant while Login with IT Complete is on.{mayManage && ' Ask your MSP for the client ID.'}
      </Body1>
      {mayManage && needsStepUp && (
        <StepUpPrompt purpose="to add or approve partners or to edit their access" />
      )}
      {mayManage && (
        <div>
          <Button
            appearance="primary"
            icon={<AddRegular />}
            onClick={() => setDialog({ kind: 'add' })}
          >
            Add partner
          </Button>
        </div>
      )}
      {associations.length === 0 && <Body1>No partners yet.</Body1>}
      {associations.map((association) => (
        <PartnerCard
          key={association.id}
          association={association}
          onOpenDialog={mayManage ? (kind) => setDialog({ kind, association }) : null}
        />
      ))}
      {dialog?.kind === 'add' && <AddPartnerDialog isOn={isOn} onClose={close} />}
      {dialog?.kind === 'approve' && (
        <ApprovePartnerDialog association={dialog.association} onClose={close} />
      )}
      {dialog?.kind === 'edit' && (
        <EditAccessDialog association={dialog.association} onClose={close} />
      )}
      {dialog?.kind === 'remove' && (
        <RemovePartnerDialog association={dialog.association} onClose={close} />
      )}
    </>
  )
}

/** Returns the dialog that was open, with changes, before a sign-in. */
function restoredDialog(associations: Association[], draftedForms: string[]): OpenDialog | null {
  if (draftedForms.includes(addPartnerFormId)) return { kind: 'add' }
  for (const association of associations) {
    const kind = association.status === 'REQUESTED' ? 'approve' : 'edit'
    if (draftedForms.includes(accessFormId(kind, association))) return { kind, association }
  }
  return null
}

function PartnerCard({
  association,
  onOpenDialog,
}: {
  association: Association
  onOpenDialog: ((kind: 'approve' | 'edit' | 'remove') => void) | null
}) {
  const styles = useStyles()
  const { status, partner, externalTenantId, createdAt } = association
  const isPending = status === 'REQUESTED'
  return (
    <Card>
      <CardHeader
        header={<Subtitle2 as="h2">{partner.name}</Subtitle2>}
        description={
          <Caption1 className={styles.muted}>
            {platformLabel(partner.platform)}, client ID {partner.clientId}
          </Caption1>
        }
        action={
          <Badge className={styles.badge} color={isPending ? 'warning' : 'success'}>
            {isPending ? 'Pending approval' : 'Active'}
          </Badge>
        }
      />
      <Body1 className={styles.wrap}>
        {isPending ? 'Requested' : 'Added'} <Time value={createdAt} />. Name at the partner:{' '}
        {externalTenantId}.
      </Body1>
      <Body1 className={styles.wrap}>{accessOf(association)}</Body1>
      {onOpenDialog && (
        <CardFooter className={styles.footer}>
          {isPending ? (
            <Button appearance="primary" onClick={() => onOpenDialog('approve')}>
              Approve
            </Button>
          ) : (
            <Button onClick={() => onOpenDialog('edit')}>Edit access</Button>
          )}
          <Button onClick={() => onOpenDialog('remove')}>
            {isPending ? 'Decline' : 'Remove partner'}
          </Button>
        </CardFooter>
      )}
    </Card>
  )
}

/** Returns the terms of a partner. Only an admin's query contains the allowed technicians. */
function accessOf({ allowedTechnicians, mfaMaxAgeMinutes }: Association): string {
  const terms: string[] = []
  if (allowedTechnicians !== undefined)
    terms.push(`Allowed technicians: ${allowedTechnicians?.join(', ') ?? 'all'}.`)
  terms.push(
    mfaMaxAgeMinutes
      ? `MFA required within ${mfaMaxAgeMinutes} minutes before sign-in.`
      : 'MFA not required.',
  )
  return terms.join(' ')
}
