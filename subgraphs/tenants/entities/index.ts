import type { Resolvers } from '../schema.types.ts'
import { itCompleteLogin } from './it-complete-login.ts'
import { partnerAssociation } from './partner-association.ts'
import { tenant } from './tenant.ts'
import { tenantSettings } from './tenant-settings.ts'

export const entities: Pick<
  Resolvers,
  | 'Tenant'
  | 'TenantSettings'
  | 'ServiceSettings'
  | 'NotificationSettings'
  | 'ItCompleteLogin'
  | 'PartnerAssociation'
  | 'Actor'
  | 'Node'
> = {
  Tenant: tenant,
  TenantSettings: tenantSettings,
  ServiceSettings: {},
  NotificationSettings: { mailEnabled: (_, __, { services }) => services.mailEnabled },
  ItCompleteLogin: itCompleteLogin,
  PartnerAssociation: partnerAssociation,
  Actor: {
    __resolveType: (actor) => actor.__typename as 'MicrosoftAdmin' | 'PartnerTechnician',
  },
  Node: { __resolveType: (node) => (node as unknown as { __typename: 'Tenant' }).__typename },
}
