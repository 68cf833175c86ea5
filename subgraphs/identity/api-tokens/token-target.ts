import type { Target } from '../../../drizzle/tables/audit.ts'

/** An API token as the target of an Activity Log event. */
export const apiTokenTarget = (id: string | null, displayName: string | null): Target => ({
  type: 'api_token',
  id,
  displayName,
})
