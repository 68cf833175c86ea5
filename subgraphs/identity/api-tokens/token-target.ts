import type { Target } from '../../../drizzle/tables/audit.ts'

/** Returns the target of an Activity Log event that concerns an API token. */
export const apiTokenTarget = (id: string | null, displayName: string | null): Target => ({
  type: 'api_token',
  id,
  displayName,
})
