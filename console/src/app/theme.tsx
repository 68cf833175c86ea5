/**
 * Renders Fluent UI in the light or dark theme. The style elements of Fluent UI contain the nonce
 * that the Content-Security-Policy requires.
 */
import {
  createDOMRenderer,
  FluentProvider,
  makeStyles,
  RendererProvider,
  tokens,
  useFocusFinders,
  webDarkTheme,
  webLightTheme,
} from '@fluentui/react-components'
import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import { styleNonce } from './page-data.ts'

export type Scheme = 'light' | 'dark'

const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce: styleNonce } })

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const subscribe = (onChange: () => void) => {
  systemIsDark.addEventListener('change', onChange)
  return () => systemIsDark.removeEventListener('change', onChange)
}

const storageKey = 'color-scheme'

const SchemeContext = createContext<{ scheme: Scheme; toggle: () => void }>({
  scheme: 'light',
  toggle() {},
})
export const useScheme = () => use(SchemeContext)

const useStyles = makeStyles({
  page: {
    minHeight: '100vh',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground2,
  },
})

export function Theme({ children }: { children: ReactNode }) {
  const system: Scheme = useSyncExternalStore(subscribe, () => systemIsDark.matches)
    ? 'dark'
    : 'light'
  const [chosen, setChosen] = useState(readStoredScheme)
  const scheme = chosen ?? system
  useEffect(() => {
    document.documentElement.style.colorScheme = scheme
  }, [scheme])
  const value = useMemo(() => {
    const other: Scheme = scheme === 'dark' ? 'light' : 'dark'
    const toggle = () => {
      // Deletes the preference if the new scheme is the system's scheme. The page then follows
      // later changes of the system's scheme.
      setChosen(other === system ? null : other)
      if (other === system) localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, other)
    }
    return { scheme, toggle }
  }, [scheme, system])
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <FluentProvider theme={scheme === 'dark' ? webDarkTheme : webLightTheme}>
        <SchemeContext value={value}>
          <Frame>{children}</Frame>
        </SchemeContext>
      </FluentProvider>
    </RendererProvider>
  )
}

function Frame({ children }: { children: ReactNode }) {
  // Keeps Fluent's focus management running. If a page replaced the last component that uses it,
  // while a dialog was open, the new page would stay hidden from screen readers.
  useFocusFinders()
  return <div className={useStyles().page}>{children}</div>
}

function readStoredScheme(): Scheme | null {
  const value = localStorage.getItem(storageKey)
  return value === 'light' || value === 'dark' ? value : null
}
