/** The operations of the console's pages, as clients send them. */

export const settingsPage = `query SettingsPage($tenantId: ID!) {
  viewer { actor { displayName } permissions }
  tenant(id: $tenantId) {
    id name primaryDomain
    settings {
      version
      services { mail calendar contacts oneDrive sharePoint teams }
      notifications { recipients frequency }
      itCompleteLogin { enabled changedAt changedBy { displayName ... on PartnerTechnician { platform instance } } canEnable blockers }
    }
    partnerAssociations { id status partner { name platform clientId } externalTenantId allowedTechnicians mfaMaxAgeMinutes createdAt }
    spanningAdmins(first: 50) { nodes { objectId displayName userPrincipalName grantedAt } pageInfo { hasNextPage endCursor } }
    apiTokens(first: 50) { nodes { id name createdBy { displayName } expiresAt lastUsedAt } pageInfo { hasNextPage endCursor } }
  }
}`

export const activityPage = `query ActivityPage($tenantId: ID!, $filter: ActivityFilter, $after: String) {
  tenant(id: $tenantId) {
    id name
    activityLog(filter: $filter, first: 50, after: $after) {
      nodes {
        id occurredAt action outcome reason method ipAddress userAgent requestId
        tenant { id name }
        actor { key displayName ... on PartnerTechnician { platform instance subject email } ... on MicrosoftAdmin { userPrincipalName role } ... on MicrosoftUser { userPrincipalName } }
        target { type id displayName } changes { field before after }
        session { id createdAt revokedAt revokedReason }
        coalesced { count firstAt lastAt }
        integrity { sequence }
      }
      pageInfo { hasNextPage endCursor } totalCount totalCountIsExact
    }
    activitySummary(filter: $filter, groupBy: [DAY, OUTCOME]) { rows { periodStart outcome count } truncated }
  }
}`

export const viewerName = '{ viewer { actor { displayName } } }'

export const tenantName = 'query ($tenantId: ID!) { tenant(id: $tenantId) { name } }'

export const updateServices = `mutation ($input: UpdateServiceSettingsInput!) {
  updateServiceSettings(input: $input) { tenant { settings { version } } userErrors { code } }
}`
