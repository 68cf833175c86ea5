/** The settings page of a tenant, with five tabs. */
import {
  Body1,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Tab,
  TabList,
  tokens,
} from '@fluentui/react-components'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useHasPermission } from '../../app/session.ts'
import { Page } from '../../components/page.tsx'
import { RequestBadge } from '../../components/request-badge.tsx'
import { ApiTokens } from './api-tokens.tsx'
import { FeatureToggle } from './feature-toggle.tsx'
import { Notifications } from './notifications.tsx'
import { Partners } from './partners.tsx'
import type { Tab as TabName } from './search-params.ts'
import { Services } from './services.tsx'
import { SpanningAdmins } from './spanning-admins.tsx'
import { type SettingsTenant, useSettings } from './use-settings.ts'

const useStyles = makeStyles({
  tabs: { flexWrap: 'wrap' },
  panel: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    maxWidth: '52rem',
  },
})

const tabLabels: Record<TabName, string> = {
  services: 'Services',
  notifications: 'Notifications',
  partners: 'Partners',
  admins: 'Spanning Admins',
  tokens: 'API tokens',
}

export function SettingsPage() {
  const styles = useStyles()
  const { tab = 'services' } = useSearch({ from: '/t/$tenantId/settings' })
  const navigate = useNavigate({ from: '/t/$tenantId/settings' })
  const { data: tenant, error } = useSettings()
  const canApprove = useHasPermission('MANAGE_PARTNER_ASSOCIATIONS')
  return (
    <Page title="Settings">
      <TabList
        className={styles.tabs}
        selectedValue={tab}
        onTabSelect={(_, { value }) =>
          void navigate({ search: { tab: value as TabName }, replace: true })
        }
      >
        {Object.entries(tabLabels).map(([value, label]) => (
          <Tab key={value} value={value} id={`tab-${value}`} aria-controls="panel">
            {label}
            {value === 'partners' && canApprove && (
              <RequestBadge associations={tenant?.partnerAssociations} />
            )}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} className={styles.panel}>
        {tenant ? (
          <TabContent tab={tab} tenant={tenant} />
        ) : error ? (
          <Body1 role="alert">{error.message}</Body1>
        ) : (
          <Skeleton aria-label="Loading settings">
            <SkeletonItem size={128} />
          </Skeleton>
        )}
      </div>
    </Page>
  )
}

function TabContent({ tab, tenant }: { tab: TabName; tenant: SettingsTenant }) {
  const { settings, partnerAssociations, spanningAdmins, apiTokens } = tenant
  if (!settings) return <Body1>Your role does not allow you to see this.</Body1>
  const needsStepUp = settings.itCompleteLogin.blockers.includes('STEP_UP_REQUIRED')
  if (tab === 'notifications') return <Notifications settings={settings} />
  if (tab === 'partners')
    return (
      <Partners
        associations={partnerAssociations}
        isOn={settings.itCompleteLogin.enabled}
        needsStepUp={needsStepUp}
      />
    )
  if (tab === 'admins') return <SpanningAdmins admins={spanningAdmins} needsStepUp={needsStepUp} />
  if (tab === 'tokens') return <ApiTokens apiTokens={apiTokens ?? null} needsStepUp={needsStepUp} />
  return (
    <>
      <FeatureToggle
        settings={settings}
        hasPartner={partnerAssociations?.some(({ status }) => status === 'ACTIVE') ?? true}
      />
      <Services settings={settings} />
    </>
  )
}
