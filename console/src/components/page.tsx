/**
 * The layout of a page. Shows the title in the browser tab and as the heading, and moves the focus
 * to the heading after a navigation.
 */
import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { type ReactNode, useEffect, useRef } from 'react'

const useStyles = makeStyles({
  page: {
    boxSizing: 'border-box',
    width: '100%',
    maxWidth: '75rem',
    marginInline: 'auto',
    padding: tokens.spacingHorizontalXXL,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    '@media (max-width: 40rem)': { padding: tokens.spacingHorizontalL },
  },
  narrow: { maxWidth: '36rem' },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
  },
  heading: { margin: 0, outlineStyle: 'none', overflowWrap: 'anywhere' },
})

/**
 * True until the first page is rendered. The first page does not move the focus, because the user
 * has not navigated yet.
 */
let isFirst = true

export function Page({
  title,
  actions,
  narrow = false,
  children,
}: {
  title: string
  /** The controls next to the title. */
  actions?: ReactNode
  narrow?: boolean
  children: ReactNode
}) {
  const styles = useStyles()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} - Login with IT Complete`
  }, [title])
  useEffect(() => {
    if (!isFirst) heading.current?.focus()
    isFirst = false
  }, [])
  return (
    <main id="main" className={narrow ? `${styles.page} ${styles.narrow}` : styles.page}>
      <div className={styles.head}>
        <Text
          as="h1"
          size={700}
          weight="semibold"
          ref={heading}
          tabIndex={-1}
          className={styles.heading}
        >
          {title}
        </Text>
        {actions}
      </div>
      {children}
    </main>
  )
}
