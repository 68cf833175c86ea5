/** Shows how many partners wait for approval. Shows nothing if no partner waits. */
import { CounterBadge, makeStyles, tokens } from '@fluentui/react-components'
import { formatCount } from '../app/format.ts'

const useStyles = makeStyles({ badge: { marginInlineStart: tokens.spacingHorizontalXS } })

export function RequestBadge({
  associations,
}: {
  associations: readonly { status: string }[] | null | undefined
}) {
  const styles = useStyles()
  const count = associations?.filter(({ status }) => status === 'REQUESTED').length ?? 0
  if (count === 0) return null
  const label = `${formatCount(count, 'partner')} pending approval`
  return (
    <CounterBadge
      className={styles.badge}
      count={count}
      role="img"
      aria-label={label}
      title={label}
    />
  )
}
