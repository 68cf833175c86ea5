import type { TenantSettingsResolvers } from '../schema.types.ts'

/** All three groups of settings are columns of the same row. */
export const tenantSettings: TenantSettingsResolvers = {
  services: (row) => row,
  notifications: (row) => row,
  itCompleteLogin: (row) => row,
}
