/**
 * The layout of a tenant's pages. If a user is signed in, it shows the header and the page.
 * Otherwise it shows why no user is signed in.
 */
import {
  Body1,
  Button,
  Link,
  makeStyles,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { removeDrafts } from '../../app/drafts.ts'
import { ApiError } from '../../app/graphql.ts'
import { addRecentTenant } from '../../app/recent-tenants.ts'
import { forgetPage } from '../../app/return-page.ts'
import { useViewerQuery, type Viewer, ViewerProvider } from '../../app/session.ts'
import { useSignOutInOtherTabs } from '../../app/sign-out.ts'
import { Page } from '../../components/page.tsx'
import { UnsavedChangesGuard } from '../../components/unsaved-changes-guard.tsx'
import { TenantHeader } from './header.tsx'
import { AccessEndedPage, NotSignedInPage } from './signed-out.tsx'

const useStyles = makeStyles({
  skip: {
    position: 'absolute',
    left: '-100vw',
    zIndex: 1,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    ':focus': { left: 0 },
  },
  loading: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
})

export function TenantLayout() {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const { data: viewer, error, isPending, refetch } = useViewerQuery(tenantId)
  useSignOutInOtherTabs(tenantId)
  const [lastViewer, setLastViewer] = useState<Viewer | null>(null)
  useEffect(() => {
    if (!viewer?.tenant) return
    addRecentTenant(viewer.tenant)
    forgetPage(tenantId)
    removeDrafts({ except: { tenantId, actorKey: viewer.actor.key } })
    setLastViewer(viewer)
  }, [viewer, tenantId])
  const styles = useStyles()
  const hasAccessEnded = error instanceof ApiError && error.code === 'MICROSOFT_SIGN_IN_REQUIRED'
  if (viewer?.tenant && !hasAccessEnded)
    return (
      <ViewerProvider value={viewer}>
        <Link className={styles.skip} href="#main">
          Skip to main content
        </Link>
        <TenantHeader viewer={viewer} tenantId={tenantId} />
        <Outlet />
        <UnsavedChangesGuard />
      </ViewerProvider>
    )
  if (isPending)
    return (
      <Page title="Login with IT Complete" narrow>
        <Skeleton aria-label="Loading" className={styles.loading}>
          <SkeletonItem size={32} />
          <SkeletonItem size={96} />
        </Skeleton>
      </Page>
    )
  if (hasAccessEnded) return <AccessEndedPage tenantId={tenantId} lastViewer={lastViewer} />
  if (error)
    return (
      <Page title="The service could not be reached" narrow>
        <Body1>{error.message}</Body1>
        <div>
          <Button appearance="primary" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      </Page>
    )
  return <NotSignedInPage tenantId={tenantId} lastViewer={lastViewer} />
}
