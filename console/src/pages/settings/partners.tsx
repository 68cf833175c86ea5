/** Partner associations: made, approved, changed and ended. */
import {
  Badge,
  Body1,
  Button,
  Caption1,
  Card,
  CardFooter,
  CardHeader,
  Field,
  Input,
  makeStyles,
  Subtitle2,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { fieldProblem, Problem, useChange } from '../../app/use-mutation.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useMay } from '../../app/session.ts'
import { StepUp } from '../../components/step-up-prompt.tsx'
import { formatTime, platformName } from '../../app/labels.ts'
import {
  ApproveDocument,
  AssociateDocument,
  DissociateDocument,
  UpdateAssociationDocument,
} from './settings.graphql.ts'
import { linesOf, type SettingsTenant } from './use-settings.ts'

type Association = NonNullable<SettingsTenant['partnerAssociations']>[number]

const useStyles = makeStyles({
  muted: { color: tokens.colorNeutralForeground2 },
  wrap: { overflowWrap: 'anywhere' },
  footer: { flexWrap: 'wrap' },
})

type Open = { kind: 'associate' } | { kind: 'approve' | 'terms' | 'end'; association: Association }

export function Partners({
  associations,
  needsStepUp,
}: {
  associations: Association[] | null
  needsStepUp: boolean
}) {
  const styles = useStyles()
  const may = useMay('MANAGE_PARTNER_ASSOCIATIONS')
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  if (!associations) return <Body1>Your role does not let you see this.</Body1>
  return (
    <>
      <Body1>
        An association joins this tenant to one VSA server or UniView portal of an MSP. Together
        with the switch under Services it lets that MSP’s technicians in; your MSP tells you the
        client id.
      </Body1>
      {may && needsStepUp && <StepUp what="Associating, approving and changing" />}
      {may && (
        <div>
          <Button
            appearance="primary"
            icon={<AddRegular />}
            onClick={() => setOpen({ kind: 'associate' })}
          >
            Associate a partner
          </Button>
        </div>
      )}
      {associations.length === 0 && <Body1>No partner is associated with this tenant.</Body1>}
      {associations.map((association) => {
        const { id, status, partner, externalTenantId, createdAt } = association
        const isRequest = status === 'REQUESTED'
        return (
          <Card key={id}>
            <CardHeader
              header={<Subtitle2 as="h2">{partner.name}</Subtitle2>}
              description={
                <Caption1 className={styles.muted}>
                  {platformName(partner.platform)}, client id {partner.clientId}
                </Caption1>
              }
              action={
                <Badge color={isRequest ? 'warning' : 'success'}>
                  {isRequest ? 'Asks to be associated' : 'Active'}
                </Badge>
              }
            />
            <Body1 className={styles.wrap}>
              {isRequest ? 'Asked' : 'Since'} {formatTime(createdAt)}; calls this tenant “
              {externalTenantId}”. {termsOf(association)}
            </Body1>
            {may && (
              <CardFooter className={styles.footer}>
                {isRequest ? (
                  <Button
                    appearance="primary"
                    onClick={() => setOpen({ kind: 'approve', association })}
                  >
                    Approve
                  </Button>
                ) : (
                  <Button onClick={() => setOpen({ kind: 'terms', association })}>
                    Change terms
                  </Button>
                )}
                <Button onClick={() => setOpen({ kind: 'end', association })}>
                  {isRequest ? 'Turn down' : 'Dissociate'}
                </Button>
              </CardFooter>
            )}
          </Card>
        )
      })}
      {open?.kind === 'associate' && <Associate onClose={close} />}
      {open?.kind === 'approve' && <Approve association={open.association} onClose={close} />}
      {open?.kind === 'terms' && <ChangeTerms association={open.association} onClose={close} />}
      {open?.kind === 'end' && <End association={open.association} onClose={close} />}
    </>
  )
}

function termsOf({ allowedTechnicians, mfaMaxAgeMinutes }: Association): string {
  const who = allowedTechnicians
    ? `Only these technicians may come in: ${allowedTechnicians.join(', ')}.`
    : 'Every technician may come in.'
  const mfa = mfaMaxAgeMinutes
    ? ` Multi-factor authentication at the partner at most ${mfaMaxAgeMinutes} minutes ago.`
    : ''
  return who + mfa
}

/** On which terms technicians may come in, as a person types them. */
function useTerms(association?: Association) {
  const [technicians, setTechnicians] = useState(association?.allowedTechnicians?.join('\n') ?? '')
  const [minutes, setMinutes] = useState(association?.mfaMaxAgeMinutes?.toString() ?? '')
  const isMinutes = minutes === '' || /^\d{1,6}$/.test(minutes)
  const input = {
    allowedTechnicians: linesOf(technicians).length ? linesOf(technicians) : null,
    mfaMaxAgeMinutes: minutes === '' ? null : Number(minutes),
  }
  return { technicians, setTechnicians, minutes, setMinutes, isMinutes, input }
}

function Terms({
  terms,
  change,
}: {
  terms: ReturnType<typeof useTerms>
  change: Parameters<typeof fieldProblem>[0]
}) {
  return (
    <>
      <Field
        label="Technicians who may come in"
        hint="Their ids at the partner, one a line. Empty: every technician."
        {...fieldProblem(change, 'allowedTechnicians')}
      >
        <Textarea
          rows={3}
          resize="vertical"
          value={terms.technicians}
          onChange={(_, { value }) => terms.setTechnicians(value)}
        />
      </Field>
      <Field
        label="Multi-factor authentication at most this many minutes ago"
        hint="Empty: it is not asked for."
        {...(terms.isMinutes
          ? {}
          : { validationState: 'error' as const, validationMessage: 'A whole number of minutes.' })}
        {...fieldProblem(change, 'mfaMaxAgeMinutes')}
      >
        <Input
          inputMode="numeric"
          value={terms.minutes}
          onChange={(_, { value }) => terms.setMinutes(value.trim())}
        />
      </Field>
    </>
  )
}

const termFields = ['allowedTechnicians', 'mfaMaxAgeMinutes']

function Associate({ onClose }: { onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(AssociateDocument, ['settings'])
  const [clientId, setClientId] = useState('')
  const [externalTenantId, setExternalTenantId] = useState('')
  const terms = useTerms()
  const submit = async () => {
    if (
      await change.run({
        input: {
          tenantId,
          clientId: clientId.trim(),
          externalTenantId: externalTenantId.trim(),
          ...terms.input,
        },
      })
    )
      onClose()
  }
  return (
    <FormDialog
      title="Associate a partner"
      action="Associate"
      isRunning={change.isRunning}
      canSubmit={terms.isMinutes}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Field
        label="Client id"
        hint="Your MSP tells it to you."
        required
        {...fieldProblem(change, 'clientId')}
      >
        <Input
          autoCapitalize="none"
          spellCheck={false}
          value={clientId}
          onChange={(_, { value }) => setClientId(value)}
        />
      </Field>
      <Field
        label="What the partner calls this tenant"
        hint="For people to read."
        required
        {...fieldProblem(change, 'externalTenantId')}
      >
        <Input value={externalTenantId} onChange={(_, { value }) => setExternalTenantId(value)} />
      </Field>
      <Terms terms={terms} change={change} />
      <Problem change={change} fields={['clientId', 'externalTenantId', ...termFields]} />
    </FormDialog>
  )
}

function Approve({ association, onClose }: { association: Association; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(ApproveDocument, ['settings'])
  const terms = useTerms(association)
  const submit = async () => {
    if (await change.run({ input: { tenantId, associationId: association.id, ...terms.input } }))
      onClose()
  }
  return (
    <FormDialog
      title={`Approve ${association.partner.name}?`}
      action="Approve"
      isRunning={change.isRunning}
      canSubmit={terms.isMinutes}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>Its technicians may come in while Login with IT Complete is on.</Body1>
      <Terms terms={terms} change={change} />
      <Problem change={change} fields={termFields} />
    </FormDialog>
  )
}

function ChangeTerms({ association, onClose }: { association: Association; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(UpdateAssociationDocument, ['settings', 'sessions'])
  const terms = useTerms(association)
  const submit = async () => {
    if (await change.run({ input: { tenantId, associationId: association.id, ...terms.input } }))
      onClose()
  }
  return (
    <FormDialog
      title={`Terms of ${association.partner.name}`}
      action="Save terms"
      isRunning={change.isRunning}
      canSubmit={terms.isMinutes}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>Narrowing them ends the sessions of this partner’s technicians at once.</Body1>
      <Terms terms={terms} change={change} />
      <Problem change={change} fields={termFields} />
    </FormDialog>
  )
}

function End({ association, onClose }: { association: Association; onClose: () => void }) {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const change = useChange(DissociateDocument, ['settings', 'sessions'])
  const isRequest = association.status === 'REQUESTED'
  const submit = async () => {
    if (await change.run({ input: { tenantId, associationId: association.id } })) onClose()
  }
  return (
    <FormDialog
      title={
        isRequest
          ? `Turn ${association.partner.name} down?`
          : `Dissociate ${association.partner.name}?`
      }
      action={isRequest ? 'Turn down' : 'Dissociate'}
      isRunning={change.isRunning}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Body1>
        {isRequest
          ? 'The request goes away, and opens nothing. The partner may ask again.'
          : 'Sessions that came through it end at once, and nobody comes in through it any more.'}
      </Body1>
      <Problem change={change} />
    </FormDialog>
  )
}
