import { makeStyles, tokens } from '@fluentui/react-components'

/**
 * Background color for each outcome. The outcomes are always stacked in the same order, so that
 * users who cannot distinguish the colors can identify them by position.
 */
export const useOutcomeColors = makeStyles({
  SUCCEEDED: { backgroundColor: tokens.colorBrandForeground1 },
  DENIED: { backgroundColor: tokens.colorStatusWarningForeground3 },
  FAILED: { backgroundColor: tokens.colorStatusDangerForeground1 },
})
