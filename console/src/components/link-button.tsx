/** A router link that looks like a Fluent button. */
import { Button, type ButtonProps } from '@fluentui/react-components'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type Props = AnchorHTMLAttributes<HTMLAnchorElement> &
  Pick<ButtonProps, 'appearance' | 'size'> & { icon?: ButtonProps['icon'] }

function AnchorButton({
  appearance,
  size,
  icon,
  ...anchor
}: Props & { ref?: Ref<HTMLAnchorElement> }) {
  const isCurrent = anchor['aria-current'] === 'page'
  return (
    <Button
      as="a"
      {...(anchor as object)}
      icon={icon}
      size={size}
      appearance={isCurrent ? 'secondary' : appearance}
    />
  )
}

export const LinkButton = createLink(AnchorButton)
