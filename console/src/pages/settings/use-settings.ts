/** What the settings page shows, and its address. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ask } from '../../app/graphql.ts'
import { SettingsPageDocument, type SettingsPageQuery } from './settings.graphql.ts'

export type SettingsTenant = NonNullable<SettingsPageQuery['tenant']>
export type Settings = NonNullable<SettingsTenant['settings']>

const settingsQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['settings', tenantId],
    queryFn: ({ signal }) =>
      ask(tenantId, SettingsPageDocument, { tenantId }, signal).then(({ tenant }) => tenant),
  })

export function useSettings() {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  return { tenantId, ...useQuery(settingsQuery(tenantId)) }
}

/** Lines that are not empty. */
export const linesOf = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter(Boolean)
