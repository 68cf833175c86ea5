/**
 * The header of a tenant's pages. It shows the tenant, the signed-in user with the role, the
 * navigation, and a banner for technicians.
 */
import {
  Button,
  Caption1,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components'
import {
  DarkThemeRegular,
  PeopleRegular,
  SettingsRegular,
  SignOutRegular,
  TaskListLtrRegular,
  WeatherSunnyRegular,
} from '@fluentui/react-icons'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { platformLabel, roleLabel } from '../../app/labels.ts'
import type { Viewer } from '../../app/session.ts'
import { useScheme } from '../../app/theme.tsx'
import { LinkButton } from '../../components/link-button.tsx'

const useStyles = makeStyles({
  header: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tenant: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    flexGrow: 1,
    flexBasis: '12rem',
    overflowWrap: 'anywhere',
  },
  user: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-end',
    minWidth: 0,
    overflowWrap: 'anywhere',
    '@media (max-width: 40rem)': { alignItems: 'flex-start', flexGrow: 1 },
  },
  muted: { color: tokens.colorNeutralForeground2 },
  nav: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  banner: { borderRadius: 0 },
})

export function TenantHeader({ viewer, tenantId }: { viewer: Viewer; tenantId: string }) {
  const styles = useStyles()
  const { actor, tenant } = viewer
  return (
    <>
      <header>
        <div className={styles.header}>
          <div className={styles.tenant}>
            <Caption1 className={styles.muted}>Login with IT Complete</Caption1>
            <Text weight="semibold">{tenant?.name}</Text>
          </div>
          <div className={styles.user}>
            <Text weight="semibold">{actor.displayName}</Text>
            <Caption1 className={styles.muted}>{roleOf(actor)}</Caption1>
          </div>
          <div>
            <SchemeButton />
            <SignOutButton tenantId={tenantId} />
          </div>
        </div>
        <Navigation tenantId={tenantId} />
      </header>
      {actor.__typename === 'PartnerTechnician' && (
        <section aria-label="Your identity">
          <MessageBar
            intent="warning"
            layout="multiline"
            className={styles.banner}
            politeness="polite"
          >
            <MessageBarBody>
              <MessageBarTitle>Login with IT Complete:</MessageBarTitle> you are signed in to{' '}
              <strong>{tenant?.name}</strong> as <strong>{actor.displayName}</strong> from{' '}
              {actor.instance}, {platformLabel(actor.platform)}. Everything you view and change is
              recorded in the Activity log under this identity.
            </MessageBarBody>
          </MessageBar>
        </section>
      )}
    </>
  )
}

function SchemeButton() {
  const { scheme, toggle } = useScheme()
  return (
    <Button
      appearance="subtle"
      icon={scheme === 'dark' ? <WeatherSunnyRegular /> : <DarkThemeRegular />}
      aria-label={scheme === 'dark' ? 'Use light theme' : 'Use dark theme'}
      onClick={toggle}
    />
  )
}

function SignOutButton({ tenantId }: { tenantId: string }) {
  const client = useQueryClient()
  const [isSigningOut, setSigningOut] = useState(false)
  const signOut = async () => {
    setSigningOut(true)
    await fetch('/logout', { method: 'POST', headers: { 'x-tenant-id': tenantId } }).catch(() => {})
    client.clear()
    location.assign(`/?signedOut=true&tenant=${encodeURIComponent(tenantId)}`)
  }
  return (
    <Button
      appearance="subtle"
      icon={<SignOutRegular />}
      disabledFocusable={isSigningOut}
      onClick={() => void signOut()}
    >
      Sign out
    </Button>
  )
}

function Navigation({ tenantId }: { tenantId: string }) {
  const styles = useStyles()
  return (
    <nav aria-label="Tenant pages" className={styles.nav}>
      <LinkButton
        to="/t/$tenantId/settings"
        params={{ tenantId }}
        icon={<SettingsRegular />}
        appearance="subtle"
      >
        Settings
      </LinkButton>
      <LinkButton
        to="/t/$tenantId/sessions"
        params={{ tenantId }}
        icon={<PeopleRegular />}
        appearance="subtle"
      >
        Sessions
      </LinkButton>
      <LinkButton
        to="/t/$tenantId/activity"
        params={{ tenantId }}
        icon={<TaskListLtrRegular />}
        appearance="subtle"
      >
        Activity log
      </LinkButton>
    </nav>
  )
}

function roleOf(actor: Viewer['actor']): string {
  if (actor.__typename === 'MicrosoftAdmin') return roleLabel(actor.role)
  if (actor.__typename === 'PartnerTechnician')
    return `Technician, ${platformLabel(actor.platform)}`
  return ''
}
