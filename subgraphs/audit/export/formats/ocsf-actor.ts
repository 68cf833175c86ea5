/** Formats the people and programs of an event as the OCSF objects `actor` and `user`. */
import { isIP } from 'node:net'
import type { ExportRow, SealedEvent } from '../export-row.ts'

/**
 * Returns who performed the action: the user, the user's session, and the identity provider and the
 * program through which the user came.
 */
export function ocsfActor(row: ExportRow) {
  const { sessionId } = row.event
  return {
    user: userOf(row),
    session: sessionId === null ? undefined : { uid: sessionId },
    ...providerOf(row),
  }
}

/**
 * Returns Entra ID or the partner instance that vouches for the actor, and the client ID of the
 * partner instance. An API token is a program without an identity provider.
 */
function providerOf({ event: { actor, clientId }, disclosures }: ExportRow) {
  switch (actor.type) {
    case 'MicrosoftAdmin':
    case 'MicrosoftUser':
      return { idp: { name: 'Microsoft Entra ID' } }
    case 'PartnerTechnician': {
      const instance = { name: actor.instance || undefined, uid: clientId || undefined }
      const idp = instance.name || instance.uid ? instance : undefined
      return { idp, app_uid: instance.uid, app_name: instance.name }
    }
    case 'PartnerClient':
      return {
        app_uid: clientId || undefined,
        app_name: disclosures.actor?.value.displayName || undefined,
      }
    case 'ApiTokenActor':
      return {
        app_uid: actor.key,
        app_name: disclosures.actor?.value.displayName || undefined,
      }
    default:
      return {}
  }
}

const userTypes: Record<SealedEvent['actor']['type'], { type_id: number; type: string }> = {
  MicrosoftAdmin: { type_id: 2, type: 'Admin' },
  MicrosoftUser: { type_id: 1, type: 'User' },
  PartnerTechnician: { type_id: 1, type: 'User' },
  PartnerClient: { type_id: 4, type: 'Service' },
  ApiTokenActor: { type_id: 4, type: 'Service' },
  OperatorActor: { type_id: 2, type: 'Admin' },
  SystemActor: { type_id: 3, type: 'System' },
  AnonymousActor: { type_id: 0, type: 'Unknown' },
}

/**
 * Returns the actor as an OCSF user. The user name is the name with which the person signs in: the
 * userPrincipalName, or the technician's `sub` at the partner. It is never a display name.
 */
export function userOf({ event: { actor }, disclosures }: ExportRow) {
  const named = disclosures.actor?.value
  return {
    uid: actor.key,
    uid_alt: actor.objectId || actor.subject || undefined,
    name: named?.userPrincipalName || actor.subject || undefined,
    display_name: named?.displayName || undefined,
    email_addr: isEmail(named?.email) ? named.email : undefined,
    ...(userTypes[actor.type] ?? userTypes.AnonymousActor),
  }
}

/**
 * Returns the user who signs in or out. When an admin ends a session, this is the owner of the
 * session, whose key is the change of `user`. Events of earlier versions have only a display name.
 */
export function userOfSession(row: ExportRow) {
  if (row.event.action !== 'session.revoked') return userOf(row)
  const target = row.disclosures.target?.value
  const key = target?.changes.find(({ field }) => field === 'user')?.before
  const displayName = target?.displayName || undefined
  return typeof key === 'string' && key !== ''
    ? { uid: key, display_name: displayName }
    : { name: displayName ?? (target ? 'not recorded' : 'erased') }
}

/** These functions validate texts for the OCSF types ip_t (at most 40 characters) and email_t. */
export const isAddress = (text: string | null | undefined): text is string =>
  text != null && text.length <= 40 && isIP(text) !== 0
export const isEmail = (text: string | null | undefined): text is string =>
  text != null && /^[\w!#$%&'*+\-/=?^`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+$/.test(text)
