/** Settings: the switch and the services, who gets mail, which partners, who is admin, which programs read. */
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
import { Page } from '../../components/page.tsx'
import { Admins } from './spanning-admins.tsx'
import { Notifications } from './notifications.tsx'
import { Partners } from './partners.tsx'
import type { Tab as TabName } from './search-params.ts'
import { Services } from './services.tsx'
import { type SettingsTenant, useSettings } from './use-settings.ts'
import { Switcher } from './feature-toggle.tsx'
import { Tokens } from './api-tokens.tsx'

const useStyles = makeStyles({
  tabs: { flexWrap: 'wrap' },
  group: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    maxWidth: '52rem',
  },
})

const names: Record<TabName, string> = {
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
  return (
    <Page title="Settings">
      <TabList
        className={styles.tabs}
        selectedValue={tab}
        onTabSelect={(_, { value }) =>
          void navigate({ search: { tab: value as TabName }, replace: true })
        }
      >
        {Object.entries(names).map(([value, name]) => (
          <Tab key={value} value={value} id={`tab-${value}`} aria-controls="panel">
            {name}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} className={styles.group}>
        {tenant ? (
          <Panel tab={tab} tenant={tenant} />
        ) : error ? (
          <Body1 role="alert">{error.message}</Body1>
        ) : (
          <Skeleton aria-label="Loading the settings">
            <SkeletonItem size={128} />
          </Skeleton>
        )}
      </div>
    </Page>
  )
}

function Panel({ tab, tenant }: { tab: TabName; tenant: SettingsTenant }) {
  const { settings, partnerAssociations, spanningAdmins, apiTokens } = tenant
  if (!settings) return <Body1>Your role does not let you see this.</Body1>
  const needsStepUp = settings.itCompleteLogin.blockers.includes('STEP_UP_REQUIRED')
  if (tab === 'notifications') return <Notifications settings={settings} />
  if (tab === 'partners')
    return <Partners associations={partnerAssociations} needsStepUp={needsStepUp} />
  if (tab === 'admins') return <Admins admins={spanningAdmins} needsStepUp={needsStepUp} />
  if (tab === 'tokens') return <Tokens apiTokens={apiTokens} needsStepUp={needsStepUp} />
  return (
    <>
      <Switcher
        settings={settings}
        hasPartner={partnerAssociations?.some(({ status }) => status === 'ACTIVE') ?? true}
      />
      <Services settings={settings} />
    </>
  )
}
