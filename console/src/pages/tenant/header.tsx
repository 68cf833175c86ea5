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
  mergeClasses,
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
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { requestGraphql } from '../../app/graphql.ts'
import { platformLabel, roleLabel } from '../../app/labels.ts'
import { useHasPermission, type Viewer } from '../../app/session.ts'
import { signOut } from '../../app/sign-out.ts'
import { useScheme } from '../../app/theme.tsx'
import { hasUnsavedChanges } from '../../app/unsaved-changes.ts'
import { pollWhileActive } from '../../app/user-activity.ts'
import { LeaveDialog } from '../../components/form-dialog.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { RequestBadge } from '../../components/request-badge.tsx'
import { PartnerRequestsDocument } from './tenant.graphql.ts'

const pollIntervalMs = 60_000
const narrow = '@media (max-width: 40rem)'

const useStyles = makeStyles({
  header: {
    display: 'flex',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tenant: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    flexGrow: 1,
  },
  user: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-end',
    minWidth: 0,
  },
  buttons: { display: 'flex', flexShrink: 0 },
  onlyWide: { [narrow]: { display: 'none' } },
  onlyNarrow: { display: 'none', [narrow]: { display: 'block' } },
  signOut: { [narrow]: { minWidth: 'auto', paddingInline: tokens.spacingHorizontalXS } },
  muted: { color: tokens.colorNeutralForeground2 },
  nav: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    [narrow]: { justifyContent: 'space-between', columnGap: 0 },
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  link: { [narrow]: { minWidth: 'auto', paddingInline: tokens.spacingHorizontalXS } },
  banner: { borderRadius: 0 },
})

export function TenantHeader({ viewer, tenantId }: { viewer: Viewer; tenantId: string }) {
  const styles = useStyles()
  const { actor, tenant } = viewer
  const role = roleOf(actor)
  return (
    <>
      <header>
        <div className={styles.header}>
          <div className={styles.tenant}>
            <Caption1 className={mergeClasses(styles.muted, styles.onlyWide)} wrap={false} truncate>
              Login with IT Complete
            </Caption1>
            <Text weight="semibold" wrap={false} truncate title={tenant?.name}>
              {tenant?.name}
            </Text>
            <Caption1
              className={mergeClasses(styles.muted, styles.onlyNarrow)}
              wrap={false}
              truncate
            >
              {`${actor.displayName}, ${role}`}
            </Caption1>
          </div>
          <div className={mergeClasses(styles.user, styles.onlyWide)}>
            <Text weight="semibold" wrap={false} truncate title={actor.displayName}>
              {actor.displayName}
            </Text>
            <Caption1 className={styles.muted} wrap={false} truncate>
              {role}
            </Caption1>
          </div>
          <div className={styles.buttons}>
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
  const styles = useStyles()
  const client = useQueryClient()
  const [isSigningOut, setSigningOut] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const leave = () => {
    setAsking(false)
    setSigningOut(true)
    void signOut(tenantId, client)
  }
  return (
    <>
      <Button
        appearance="subtle"
        className={styles.signOut}
        icon={<SignOutRegular />}
        aria-label="Sign out"
        disabledFocusable={isSigningOut}
        onClick={() => (hasUnsavedChanges() ? setAsking(true) : leave())}
      >
        <span className={styles.onlyWide}>Sign out</span>
      </Button>
      {isAsking && <LeaveDialog onLeave={leave} onStay={() => setAsking(false)} />}
    </>
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
        className={styles.link}
      >
        Settings
        <WaitingRequests tenantId={tenantId} />
      </LinkButton>
      <LinkButton
        to="/t/$tenantId/sessions"
        params={{ tenantId }}
        icon={<PeopleRegular />}
        appearance="subtle"
        className={styles.link}
      >
        Sessions
      </LinkButton>
      <LinkButton
        to="/t/$tenantId/activity"
        params={{ tenantId }}
        icon={<TaskListLtrRegular />}
        appearance="subtle"
        className={styles.link}
      >
        Activity log
      </LinkButton>
    </nav>
  )
}

/** Shows how many partners wait for approval, to those who can approve them. */
function WaitingRequests({ tenantId }: { tenantId: string }) {
  const canApprove = useHasPermission('MANAGE_PARTNER_ASSOCIATIONS')
  const { data } = useQuery({
    queryKey: ['settings', tenantId, 'partner-requests'],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, PartnerRequestsDocument, { tenantId }, signal),
    enabled: canApprove,
    refetchInterval: pollWhileActive(pollIntervalMs),
  })
  return <RequestBadge associations={data?.tenant?.partnerAssociations} />
}

function roleOf(actor: Viewer['actor']): string {
  if (actor.__typename === 'MicrosoftAdmin') return roleLabel(actor.role)
  if (actor.__typename === 'PartnerTechnician')
    return `Technician, ${platformLabel(actor.platform)}`
  return ''
}
