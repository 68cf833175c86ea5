import type { IDToken } from 'openid-client'
import { isPlainText, toPlainText } from '../../../platform/lib/text.ts'
import { parseUuid } from '../../../platform/lib/uuid.ts'

/** The template ID of the Global Administrator role, as it appears in the `wids` claim. */
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

/** The maximum length of a name, in UTF-16 code units. */
const maxLength = 256

/** The Microsoft user that a verified ID token describes. */
export interface MicrosoftUser {
  identity: {
    key: string
    objectId: string
    displayName: string
    userPrincipalName: string
  }
  /**
   * True if the `wids` claim contains the Global Administrator role. False if there is no `wids`.
   */
  isGlobalAdmin: boolean
  /** The time when the user last entered credentials, or null if there is no `auth_time` claim. */
  authTime: Date | null
}

/** Returns the user of a verified ID token. @returns null if the token has no valid `oid` */
export function microsoftUser({
  oid: objectIdClaim,
  name,
  preferred_username: upn,
  wids,
  auth_time: authTime,
}: IDToken): MicrosoftUser | null {
  const objectId = parseUuid(objectIdClaim)
  if (objectId === null) return null
  // The principal name identifies the user, and a corrected one could be another user's.
  const isValidName = typeof upn === 'string' && isPlainText(upn, maxLength)
  const userPrincipalName = isValidName ? upn : objectId
  const displayName = typeof name === 'string' ? toPlainText(name, maxLength) : null
  return {
    identity: {
      key: `microsoft:${objectId}`,
      objectId,
      displayName: displayName ?? userPrincipalName,
      userPrincipalName,
    },
    isGlobalAdmin: Array.isArray(wids) && wids.includes(globalAdministrator),
    authTime: typeof authTime === 'number' ? new Date(authTime * 1000) : null,
  }
}
