/**
 * GraphQL documents that several tests send. A document of a single test is in the file of this
 * test.
 */
export const enable =
  'mutation ($input: EnableItCompleteLoginInput!) { enableItCompleteLogin(input: $input) { tenant { id settings { version itCompleteLogin { enabled changedAt changedBy { displayName } canEnable blockers } } } userErrors { code field message } } }'
export const disable =
  'mutation ($input: DisableItCompleteLoginInput!) { disableItCompleteLogin(input: $input) { endedSessionCount endedHandoffCount tenant { id settings { version itCompleteLogin { enabled changedAt changedBy { displayName } canEnable blockers } } } userErrors { code field message } } }'
export const updateServices =
  'mutation ($input: UpdateServiceSettingsInput!) { updateServiceSettings(input: $input) { tenant { id settings { version services { mail calendar contacts oneDrive sharePoint teams } } } userErrors { code field message } } }'
export const createHandoff =
  'mutation ($input: CreateHandoffInput!) { createHandoff(input: $input) { code connectUrl expiresAt userErrors { code field message } } }'
export const validateClientAuthentication =
  'mutation ($input: ValidateClientAuthenticationInput!) { validateClientAuthentication(input: $input) { valid checks { name passed message } userErrors { code } } }'
export const redeemHandoff =
  'mutation ($input: RedeemHandoffInput!) { redeemHandoff(input: $input) { accessToken session { id expiresAt method actor { key displayName ... on PartnerTechnician { platform instance subject } } tenant { id name } } userErrors { code field message } } }'
export const startLogin =
  'mutation ($input: StartMicrosoftLoginInput!) { startMicrosoftLogin(input: $input) { authorizationUrl transactionSecret userErrors { code field } } }'
export const completeLogin =
  'mutation ($input: CompleteMicrosoftLoginInput!) { completeMicrosoftLogin(input: $input) { accessToken session { id method actor { key displayName } tenant { id name } } userErrors { code field message } } }'
