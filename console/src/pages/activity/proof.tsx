/** Shows the proof panel of an event. Verifies in the browser that the event was not altered. */
import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Body1,
  Button,
  Caption1,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Spinner,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components'
import {
  CheckmarkCircleFilled,
  DismissCircleFilled,
  QuestionCircleRegular,
  ShieldCheckmarkRegular,
} from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import type { Step, StepName } from '../../proof/event-checks.ts'
import { useCanReadWholeLog } from './use-activity-log.ts'
import type { EventDetails } from './use-event.ts'

const useStyles = makeStyles({
  card: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  steps: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
  },
  step: {
    display: 'grid',
    gridTemplateColumns: '1.5rem minmax(0, 1fr)',
    gap: tokens.spacingHorizontalS,
  },
  words: { display: 'flex', flexDirection: 'column', overflowWrap: 'anywhere' },
  title: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
  passed: { color: tokens.colorStatusSuccessForeground1 },
  failed: { color: tokens.colorStatusDangerForeground1 },
  unknown: { color: tokens.colorStatusWarningForeground1 },
  bytes: {
    fontFamily: tokens.fontFamilyMonospace,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    margin: 0,
  },
})

const titles: Record<StepName, string> = {
  shown: 'This page shows the sealed event',
  personal: 'Personal data and changes match the sealed event',
  leaf: 'The event matches its leaf hash',
  path: 'The event is in the log',
  checkpoint: 'The checkpoint belongs to this log',
  signature: 'The checkpoint is signed',
  history: 'The log continues what this browser verified before',
}

export function Proof({ tenantId, event }: { tenantId: string; event: EventDetails }) {
  const styles = useStyles()
  const canReadWholeLog = useCanReadWholeLog()
  const { mutate, data, isPending, isSuccess, error } = useMutation({
    // Loads the verifier on demand, so that the page loads faster.
    mutationFn: () =>
      import('../../proof/verify-event.ts').then(({ verifyEvent }) => verifyEvent(tenantId, event)),
  })
  return (
    <section className={styles.card} aria-labelledby="proof-title">
      <Subtitle2 as="h2" id="proof-title" className={styles.title}>
        Proof
      </Subtitle2>
      {!canReadWholeLog ? (
        <Body1>
          Only admins of the tenant can verify events. Ask an admin to verify this event.
        </Body1>
      ) : (
        <>
          <Body1>
            The log is sealed and signed. Your browser can verify that this event has not been
            altered.
          </Body1>
          <div>
            <Button
              appearance="primary"
              icon={<ShieldCheckmarkRegular />}
              disabledFocusable={isPending}
              onClick={() => mutate()}
            >
              Verify
            </Button>
          </div>
        </>
      )}
      {isPending && <Spinner size="tiny" label="Verifying" />}
      <div aria-live="polite">
        {error && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>Not verified.</MessageBarTitle> {error.message}
            </MessageBarBody>
          </MessageBar>
        )}
        {isSuccess && data === null && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>Not sealed yet.</MessageBarTitle> An event is sealed within two
              seconds. Try again.
            </MessageBarBody>
          </MessageBar>
        )}
        {data && <Verdict steps={data.steps} />}
      </div>
      {data && (
        <>
          <ol className={styles.steps}>
            {data.steps.map((step) => (
              <StepLine key={step.name} step={step} />
            ))}
          </ol>
          <Accordion collapsible>
            <AccordionItem value="bytes">
              <AccordionHeader>How it works</AccordionHeader>
              <AccordionPanel>
                <Caption1>The sealed event in canonical JSON (RFC 8785)</Caption1>
                <pre className={styles.bytes}>{data.proof.canonicalEvent}</pre>
                <Caption1>The leaf hash of the event (RFC 6962)</Caption1>
                <pre className={styles.bytes}>{data.proof.leafHash}</pre>
                <Caption1>
                  The signed checkpoint (C2SP tlog-checkpoint). Keep it, and use it as CHECKPOINT in
                  `npm run verify -- FILE --key KEY --since CHECKPOINT`.
                </Caption1>
                <pre className={styles.bytes}>{data.proof.checkpoint.note}</pre>
              </AccordionPanel>
            </AccordionItem>
          </Accordion>
        </>
      )}
    </section>
  )
}

function Verdict({ steps }: { steps: Step[] }) {
  const failed = steps.filter(({ outcome }) => outcome === 'failed')
  const open = steps.filter(({ name, outcome }) => outcome === 'unknown' && name !== 'history')
  if (failed.length)
    return (
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>Verification failed.</MessageBarTitle>{' '}
          {failed.map(({ name }) => `“${titles[name]}”`).join(', ')}: not confirmed. Do not rely on
          this page. Keep a copy and contact the operator of the service.
        </MessageBarBody>
      </MessageBar>
    )
  if (open.length)
    return (
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>Partly verified.</MessageBarTitle> Not checked:{' '}
          {open.map(({ name }) => `“${titles[name]}”`).join(', ')}.
        </MessageBarBody>
      </MessageBar>
    )
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Verified:</MessageBarTitle> this event has not been altered.
      </MessageBarBody>
    </MessageBar>
  )
}

const outcomeNames = { passed: 'Passed', failed: 'Failed', unknown: 'Not checked' }

function StepLine({ step: { name, outcome, found } }: { step: Step }) {
  const styles = useStyles()
  const Icon = {
    passed: CheckmarkCircleFilled,
    failed: DismissCircleFilled,
    unknown: QuestionCircleRegular,
  }[outcome]
  return (
    <li className={styles.step} data-step={name} data-outcome={outcome}>
      <span className={mergeClasses(styles[outcome])}>
        <Icon fontSize={20} role="img" aria-label={outcomeNames[outcome]} />
      </span>
      <span className={styles.words}>
        <Text weight="semibold">{titles[name]}</Text>
        <Caption1 className={styles.muted}>{found}</Caption1>
      </span>
    </li>
  )
}
