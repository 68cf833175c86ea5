import type { MutationResolvers } from '../schema.types.ts'
import { createActivityExport } from './create-activity-export.ts'

export const createMutations = (publicUrl: string): MutationResolvers => ({
  createActivityExport: createActivityExport(publicUrl),
})
