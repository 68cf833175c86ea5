/** That an event is what was sealed, verified by the browser of whoever looks. */
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
import type { Step, StepName } from '../../proof/verify-event.ts'
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
  shown: 'What this page shows is what was hashed',
  personal: 'Names, addresses and changes are those that were hashed',
  leaf: 'The event hashes to its leaf',
  path: 'The leaf stands in the log',
  checkpoint: 'The signed statement is of this log',
  signature: 'The statement is signed',
  history: 'The log continues what this browser saw before',
}

export function Proof({ tenantId, event }: { tenantId: string; event: EventDetails }) {
  const styles = useStyles()
  const canReadWholeLog = useCanReadWholeLog()
  const { mutate, data, isPending, isSuccess, error } = useMutation({
    // What nobody asks for is not sent to browsers.
    mutationFn: () => import('../../proof/verify.ts').then(({ verify }) => verify(tenantId, event)),
  })
  return (
    <section className={styles.card} aria-labelledby="proof-title">
      <Subtitle2 as="h2" id="proof-title" className={styles.title}>
        Proof
      </Subtitle2>
      {!canReadWholeLog ? (
        <Body1>
          Proofs are given to the tenant’s admins. Ask one of them to verify this event.
        </Body1>
      ) : (
        <>
          <Body1>
            The event stands in the tenant’s log, which only grows and whose state is signed. Your
            browser can check that for itself. It reads the salts of the event by a download, of
            which the log will tell.
          </Body1>
          <div>
            <Button
              appearance="primary"
              icon={<ShieldCheckmarkRegular />}
              disabledFocusable={isPending}
              onClick={() => mutate()}
            >
              Verify in this browser
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
              <MessageBarTitle>Not sealed yet.</MessageBarTitle> It is within a second or two of the
              event: try again.
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
              <AccordionHeader>What was hashed and signed</AccordionHeader>
              <AccordionPanel>
                <Caption1>The event, in canonical JSON (RFC 8785)</Caption1>
                <pre className={styles.bytes}>{data.proof.canonicalEvent}</pre>
                <Caption1>Its leaf hash (RFC 6962)</Caption1>
                <pre className={styles.bytes}>{data.proof.leafHash}</pre>
                <Caption1>
                  The signed statement (C2SP tlog-checkpoint). Keep it: `npm run verify -- FILE
                  --since STATEMENT`
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
          <MessageBarTitle>Not in order.</MessageBarTitle>{' '}
          {failed.map(({ name }) => `“${titles[name]}”`).join(', ')}{' '}
          {failed.length === 1 ? 'does' : 'do'} not hold. Do not rely on what this page shows; keep
          it, and tell whoever runs the service.
        </MessageBarBody>
      </MessageBar>
    )
  if (open.length)
    return (
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>In order as far as it could be checked.</MessageBarTitle> Open:{' '}
          {open.map(({ name }) => `“${titles[name]}”`).join(', ')}.
        </MessageBarBody>
      </MessageBar>
    )
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>In order.</MessageBarTitle> This event is what was sealed.
      </MessageBarBody>
    </MessageBar>
  )
}

const outcomeNames = { passed: 'Holds', failed: 'Does not hold', unknown: 'Open' }

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
