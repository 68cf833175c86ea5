/** Every mutation of the subgraph. Each is one audited transaction: the permission asked again under lock, the change, its row in the log. */
import type { MutationResolvers } from '../schema.types.ts'
import { associationMutations } from './associations.ts'
import { settingsMutations } from './settings.ts'
import { spanningAdminMutations } from './spanning-admins.ts'

export const mutations: MutationResolvers = {
  ...settingsMutations,
  ...spanningAdminMutations,
  ...associationMutations,
}
