/**
 * The constants of the assertion format. The format is a profile of RFC 7523, modelled on the
 * Identity Assertion Authorization Grant (ID-JAG).
 */

export const assertionType = 'oauth-id-jag+jwt'
/** The maximum lifetime of an assertion (`exp` minus `iat`), in seconds. */
export const assertionMaxLifetimeSeconds = 120
