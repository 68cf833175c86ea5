/** The tabs of the settings page. The URL contains the selected tab. */
export const tabs = ['services', 'notifications', 'partners', 'admins', 'tokens'] as const
export type Tab = (typeof tabs)[number]

export interface SettingsSearch {
  tab?: Tab | undefined
}

export const validateSettingsSearch = ({ tab }: Record<string, unknown>): SettingsSearch => ({
  tab: tabs.includes(tab as Tab) && tab !== 'services' ? (tab as Tab) : undefined,
})
