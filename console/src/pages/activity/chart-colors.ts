import { makeStyles, tokens } from '@fluentui/react-components'

/**
 * Background by outcome. The outcomes are always stacked in the same order, so that they differ by
 * more than their hue.
 */
export const useOutcomeColors = makeStyles({
  SUCCEEDED: { backgroundColor: tokens.colorBrandForeground1 },
  DENIED: { backgroundColor: tokens.colorStatusWarningForeground3 },
  FAILED: { backgroundColor: tokens.colorStatusDangerForeground1 },
})
