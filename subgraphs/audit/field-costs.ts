/**
 * Costs of this subgraph's fields in the gateway's query cost (docs/limits.md), where they differ
 * from the default of 1 for an object and 0 for a value.
 */
export const fieldCosts = {
  'Tenant.activitySummary': 100,
  'ActivityEventConnection.totalCount': 20,
  'ActivityEventConnection.totalCountIsExact': 20,
  'ActivityEvent.integrity': 5,
  'ActivityCheckpoint.consistencyPath': 10,
  'Query.partnerActivityLog': 100,
}

/** Types that contain a page of entries but are not connections, with their default page size. */
export const pageTypes = { ActivityTail: 100 }
