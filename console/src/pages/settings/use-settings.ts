/** Reads the settings of the page's tenant. */
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { requestGraphql } from '../../app/graphql.ts'
import { useIsAdmin } from '../../app/session.ts'
import { SettingsPageDocument, type SettingsPageQuery } from './settings.graphql.ts'

export type SettingsTenant = NonNullable<SettingsPageQuery['tenant']>
export type Settings = NonNullable<SettingsTenant['settings']>

export function useSettings() {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const isAdmin = useIsAdmin()
  return useQuery({
    queryKey: ['settings', tenantId, isAdmin],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, SettingsPageDocument, { tenantId, isAdmin }, signal).then(
        ({ tenant }) => tenant,
      ),
  })
}

/** Splits a text area's value into lines, and removes empty ones. */
export const splitLines = (text: string): string[] => splitAt(/\n/, text)

/** Splits a text area's value at line breaks, commas and semicolons, and removes empty entries. */
export const splitAddresses = (text: string): string[] => splitAt(/[\n,;]/, text)

const splitAt = (separator: RegExp, text: string): string[] =>
  text
    .split(separator)
    .map((entry) => entry.trim())
    .filter(Boolean)
