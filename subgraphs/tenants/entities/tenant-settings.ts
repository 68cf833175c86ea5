import type { TenantSettingsResolvers } from '../schema.types.ts'

/** Each of the three groups of settings is read from the same row. */
export const tenantSettings: TenantSettingsResolvers = {
  services: (row) => row,
  notifications: (row) => row,
  itCompleteLogin: (row) => row,
}
