/** A tenant's pages: who is signed in and how, where to go, and what to do when the session is over. */
import {
  Body1,
  Button,
  Caption1,
  Link,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Skeleton,
  SkeletonItem,
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
import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ApiError } from '../../app/graphql.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { remember } from '../../app/recent-tenants.ts'
import { useViewerQuery, type Viewer, ViewerProvider } from '../../app/session.ts'
import { useScheme } from '../../app/theme.tsx'
import { platformName, signInAddress } from '../../app/labels.ts'

const useStyles = makeStyles({
  skip: {
    position: 'absolute',
    left: '-100vw',
    zIndex: 1,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    ':focus': { left: 0 },
  },
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
  names: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    flexGrow: 1,
    flexBasis: '12rem',
    overflowWrap: 'anywhere',
  },
  who: {
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
  waiting: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
})

export function TenantLayout() {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const { data: viewer, error, isPending, refetch } = useViewerQuery(tenantId)
  const [earlier, setEarlier] = useState<Viewer | null>(null)
  useEffect(() => {
    if (!viewer?.tenant) return
    remember(viewer.tenant)
    setEarlier(viewer)
  }, [viewer])
  const styles = useStyles()
  const closed = error instanceof ApiError && error.code === 'MICROSOFT_SIGN_IN_REQUIRED'
  const showing = closed ? null : viewer
  if (showing?.tenant)
    return (
      <ViewerProvider value={showing}>
        <Link className={styles.skip} href="#main">
          Skip to the page
        </Link>
        <Header viewer={showing} tenantId={tenantId} />
        <Outlet />
      </ViewerProvider>
    )
  if (isPending)
    return (
      <Page title="Login with IT Complete" narrow>
        <Skeleton aria-label="Looking who is signed in" className={styles.waiting}>
          <SkeletonItem size={32} />
          <SkeletonItem size={96} />
        </Skeleton>
      </Page>
    )
  if (closed) return <DoorClosed tenantId={tenantId} earlier={earlier} />
  if (error)
    return (
      <Page title="The service cannot be reached" narrow>
        <Body1>{error.message}</Body1>
        <div>
          <Button appearance="primary" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      </Page>
    )
  return <NobodySignedIn tenantId={tenantId} earlier={earlier} />
}

function Header({ viewer, tenantId }: { viewer: Viewer; tenantId: string }) {
  const styles = useStyles()
  const { scheme, toggle } = useScheme()
  const { actor, tenant } = viewer
  const client = useQueryClient()
  const [isLeaving, setLeaving] = useState(false)
  const signOut = async () => {
    setLeaving(true)
    await fetch('/logout', { method: 'POST', headers: { 'x-tenant-id': tenantId } }).catch(() => {})
    client.clear()
    location.assign(`/?signedOut=true&tenant=${encodeURIComponent(tenantId)}`)
  }
  return (
    <>
      <header>
        <div className={styles.header}>
          <div className={styles.names}>
            <Caption1 className={styles.muted}>Login with IT Complete</Caption1>
            <Text weight="semibold">{tenant?.name}</Text>
          </div>
          <div className={styles.who}>
            <Text weight="semibold">{actor.displayName}</Text>
            <Caption1 className={styles.muted}>{roleOf(actor)}</Caption1>
          </div>
          <div>
            <Button
              appearance="subtle"
              icon={scheme === 'dark' ? <WeatherSunnyRegular /> : <DarkThemeRegular />}
              aria-label={scheme === 'dark' ? 'Change to light' : 'Change to dark'}
              onClick={toggle}
            />
            <Button
              appearance="subtle"
              icon={<SignOutRegular />}
              disabledFocusable={isLeaving}
              onClick={() => void signOut()}
            >
              Sign out
            </Button>
          </div>
        </div>
        <nav aria-label="Pages of the tenant" className={styles.nav}>
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
      </header>
      {actor.__typename === 'PartnerTechnician' && (
        <section aria-label="Under which identity you are here">
          <MessageBar
            intent="warning"
            layout="multiline"
            className={styles.banner}
            politeness="polite"
          >
            <MessageBarBody>
              <MessageBarTitle>Login with IT Complete:</MessageBarTitle> you are in{' '}
              <strong>{tenant?.name}</strong> as <strong>{actor.displayName}</strong> from{' '}
              {actor.instance}, {platformName(actor.platform)}. Everything that you do and read here
              is logged as this identity.
            </MessageBarBody>
          </MessageBar>
        </section>
      )}
    </>
  )
}

function roleOf(actor: Viewer['actor']): string {
  if (actor.__typename === 'MicrosoftAdmin')
    return actor.role === 'GLOBAL_ADMIN' ? 'Global Admin' : 'Spanning Admin'
  if (actor.__typename === 'PartnerTechnician') return `Technician, ${platformName(actor.platform)}`
  return ''
}

/** The technician's session has ended together with what it rested on. */
function DoorClosed({ tenantId, earlier }: { tenantId: string; earlier: Viewer | null }) {
  return (
    <Page title="Your session has ended" narrow>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>
            Login with IT Complete was turned off
            {earlier?.tenant ? ` for ${earlier.tenant.name}` : ''}.
          </MessageBarTitle>{' '}
          An admin turned it off, or ended what your session rested on, while you were connected.
          Nothing more can be seen or changed through it.
        </MessageBarBody>
      </MessageBar>
      <Body1>
        What you did until then stands in the tenant’s Activity Log under your identity. If you
        still need access, ask an admin of the tenant to turn Login with IT Complete on, and press
        “Connect to O365” again. Admins of the tenant sign in with Microsoft.
      </Body1>
      <SignInAgain tenantId={tenantId} />
    </Page>
  )
}

function NobodySignedIn({ tenantId, earlier }: { tenantId: string; earlier: Viewer | null }) {
  const technician = earlier?.actor.__typename === 'PartnerTechnician'
  return (
    <Page title={earlier ? 'Your session has ended' : 'Sign in to go on'} narrow>
      {earlier ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>
              You are no longer signed in{earlier.tenant ? ` to ${earlier.tenant.name}` : ''}.
            </MessageBarTitle>{' '}
            The session was not used for a while, reached its longest time, or was ended by somebody
            who may.
          </MessageBarBody>
        </MessageBar>
      ) : (
        <Body1>Nobody is signed in to this tenant in this browser.</Body1>
      )}
      <Body1>
        {technician
          ? 'Press “Connect to O365” in VSA or UniView to come back.'
          : 'Admins sign in with Microsoft. MSP technicians press “Connect to O365” in VSA or UniView.'}
      </Body1>
      <SignInAgain tenantId={tenantId} />
    </Page>
  )
}

function SignInAgain({ tenantId }: { tenantId: string }) {
  return (
    <div>
      <Button
        as="a"
        appearance="primary"
        href={signInAddress({ tenant: tenantId }, location.pathname + location.search)}
      >
        Sign in with Microsoft
      </Button>
    </div>
  )
}
