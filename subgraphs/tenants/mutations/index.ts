import type { MutationResolvers } from '../schema.types.ts'
import { approvePartnerAssociation } from './approve-partner-association.ts'
import { associatePartner } from './associate-partner.ts'
import { disableItCompleteLogin } from './disable-it-complete-login.ts'
import { dissociatePartner } from './dissociate-partner.ts'
import { enableItCompleteLogin } from './enable-it-complete-login.ts'
import { grantSpanningAdmin } from './grant-spanning-admin.ts'
import { requestPartnerAssociation } from './request-partner-association.ts'
import { revokeSpanningAdmin } from './revoke-spanning-admin.ts'
import { updateNotificationSettings } from './update-notification-settings.ts'
import { updatePartnerAssociation } from './update-partner-association.ts'
import { updateServiceSettings } from './update-service-settings.ts'

export const mutations: MutationResolvers = {
  enableItCompleteLogin,
  disableItCompleteLogin,
  updateServiceSettings,
  updateNotificationSettings,
  grantSpanningAdmin,
  revokeSpanningAdmin,
  associatePartner,
  requestPartnerAssociation,
  approvePartnerAssociation,
  updatePartnerAssociation,
  dissociatePartner,
}
