import { Button } from '@fluentui/react-components'
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons'
import { useState } from 'react'

/** @param label name of the copied text for screen readers, in lower case, such as "support ID" */
export function CopyButton({
  text,
  label,
  appearance = 'subtle',
}: {
  text: string
  label: string
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
      aria-label={isCopied ? `Copied the ${label}` : `Copy the ${label}`}
    >
      {isCopied ? 'Copied' : 'Copy'}
    </Button>
  )
}
