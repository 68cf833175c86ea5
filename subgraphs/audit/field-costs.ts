/**
 * The costs of this subgraph's fields for the gateway's query complexity limit (docs/limits.md). A
 * field that is not listed costs 1 when it returns an object and 0 when it returns a scalar value.
 */
export const fieldCosts = {
  'Tenant.activitySummary': 100,
  'ActivityEventConnection.totalCount': 20,
  'ActivityEventConnection.totalCountIsExact': 20,
  'ActivityEvent.integrity': 5,
  'ActivityCheckpoint.consistencyPath': 10,
  'Query.partnerActivityLog': 100,
}

/** Paged object types that are not Relay connections, and their default page sizes. */
export const pageTypes = { ActivityTail: 100 }
