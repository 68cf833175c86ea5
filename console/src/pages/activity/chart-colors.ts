import { makeStyles, tokens } from '@fluentui/react-components'

/**
 * The background color of each outcome. The order of the outcomes in a bar never changes, so that
 * users who cannot distinguish the colors can identify an outcome by its position.
 */
export const useOutcomeColors = makeStyles({
  SUCCEEDED: { backgroundColor: tokens.colorBrandForeground1 },
  DENIED: { backgroundColor: tokens.colorStatusWarningForeground3 },
  FAILED: { backgroundColor: tokens.colorStatusDangerForeground1 },
})
