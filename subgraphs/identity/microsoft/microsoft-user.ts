import type { IDToken } from 'openid-client'
import { isPlainText } from '../../../platform/lib/text.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'

/** The role template ID of Global Administrator, as it appears in `wids`. */
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

/** The user of a verified ID token. */
export interface MicrosoftUser {
  identity: {
    key: string
    objectId: string
    displayName: string
    userPrincipalName: string
  }
  /** Whether `wids` contains the Global Administrator role. False if the token has no `wids`. */
  isGlobalAdmin: boolean
  /** When the user last entered credentials. Null if the token has no `auth_time`. */
  authTime: Date | null
}

/** Reads the user from a verified ID token. @returns null if the token has no valid `oid` */
export function microsoftUser({
  oid,
  name,
  preferred_username: upn,
  wids,
  auth_time: authTime,
}: IDToken): MicrosoftUser | null {
  if (typeof oid !== 'string' || !isUuid(oid)) return null
  const userPrincipalName = plainText(upn) ?? oid
  return {
    identity: {
      key: `microsoft:${oid}`,
      objectId: oid,
      displayName: plainText(name) ?? userPrincipalName,
      userPrincipalName,
    },
    isGlobalAdmin: Array.isArray(wids) && wids.includes(globalAdministrator),
    authTime: typeof authTime === 'number' ? new Date(authTime * 1000) : null,
  }
}

const plainText = (value: unknown) =>
  typeof value === 'string' && isPlainText(value, 256) ? value : null
