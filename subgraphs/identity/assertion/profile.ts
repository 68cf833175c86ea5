/**
 * Constants of the assertion profile: RFC 7523, modelled on the Identity Assertion Authorization
 * Grant (ID-JAG).
 */

export const assertionType = 'oauth-id-jag+jwt'
/** Maximum of `exp` minus `iat`. */
export const assertionMaxLifetimeSeconds = 120
