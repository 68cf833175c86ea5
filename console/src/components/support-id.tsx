/** The id of the refused request, under which support finds the rest in the log. */
import { Button, Caption1, makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons'
import { useState } from 'react'

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
        Support id: <span className={styles.id}>{id}</span>
      </Caption1>
      <CopyButton text={id} what="support id" />
    </div>
  )
}

export function CopyButton({
  text,
  what,
  appearance = 'subtle',
}: {
  text: string
  what: string
  appearance?: 'subtle' | 'primary'
}) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <Button
      size={appearance === 'subtle' ? 'small' : 'medium'}
      appearance={appearance}
      icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />}
      onClick={() => void copy()}
      aria-label={isCopied ? `The ${what} is copied` : `Copy the ${what}`}
    >
      {isCopied ? 'Copied' : 'Copy'}
    </Button>
  )
}
