import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircleFilled, DismissCircleFilled, ProhibitedFilled } from '@fluentui/react-icons'
import type { ActivityOutcome } from './activity.graphql.ts'
import { outcomeLabels } from './labels.ts'

const useStyles = makeStyles({
  SUCCEEDED: { color: tokens.colorStatusSuccessForeground1 },
  DENIED: { color: tokens.colorStatusWarningForeground1 },
  FAILED: { color: tokens.colorStatusDangerForeground1 },
})

const icons = {
  SUCCEEDED: CheckmarkCircleFilled,
  DENIED: ProhibitedFilled,
  FAILED: DismissCircleFilled,
}

export function OutcomeIcon({
  outcome,
  className,
}: {
  outcome: ActivityOutcome
  className?: string
}) {
  const styles = useStyles()
  const Icon = icons[outcome]
  return (
    <span className={mergeClasses(className, styles[outcome])}>
      <Icon fontSize={20} aria-label={outcomeLabels[outcome]} role="img" />
    </span>
  )
}
