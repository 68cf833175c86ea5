import type { ActivityEventConnectionResolvers } from '../schema.types.ts'
import { maxTotalCount } from '../search/activity-page.ts'

export const activityEventConnection: ActivityEventConnectionResolvers = {
  totalCount: async (page) => Math.min(await page.count(), maxTotalCount),
  totalCountIsExact: async (page) => (await page.count()) <= maxTotalCount,
}
