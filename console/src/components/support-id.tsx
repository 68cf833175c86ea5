/**
 * Shows the id of a refused request. Admins and support can search for this id in the Activity log.
 */
import { Caption1, makeStyles, tokens } from '@fluentui/react-components'
import { CopyButton } from './copy-button.tsx'

const useStyles = makeStyles({
  line: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    color: tokens.colorNeutralForeground2,
  },
  id: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
})

export function SupportId({ id }: { id: string }) {
  const styles = useStyles()
  return (
    <div className={styles.line}>
      <Caption1>
        Support ID: <span className={styles.id}>{id}</span>
      </Caption1>
      <CopyButton text={id} label="support ID" />
    </div>
  )
}
