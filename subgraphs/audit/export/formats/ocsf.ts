/**
 * Formats events in the Open Cybersecurity Schema Framework (OCSF, https://schema.ocsf.io), which
 * SIEMs import without configuration. An event without names or addresses is exported with its
 * identifiers only. platform/audit/actions.ts maps actions to OCSF classes and activities.
 */
import { isIP } from 'node:net'
import { actionDefinition, type OcsfClassName } from '../../../../platform/audit/actions.ts'
import type { ExportRow, SealedEvent } from '../export-row.ts'

export const ocsfVersion = '1.8.0'
const product = { name: 'Login with IT Complete', vendor_name: 'Spanning' }
const service = { name: product.name }

/**
 * Converts an event to OCSF 1.8.0. Undefined members are omitted from the JSON text.
 * @param leafHash the leaf hash in base64. A verifier computes the root hash from all leaf hashes.
 */
export function toOcsf(row: ExportRow, leafHash?: string): object {
  const { event, disclosures } = row
  const { class: className, activity: activityId } =
    actionDefinition(event.action)?.ocsf ?? unknownAction
  const { uid: classUid, category, profiles, activities, details } = classes[className]
  const activity = activities[activityId]
  return {
    metadata: {
      version: ocsfVersion,
      profiles,
      product,
      uid: event.id,
      sequence: row.sequence,
      correlation_uid: event.requestId,
      tenant_uid: event.tenantId,
      log_name: 'Activity Log',
      event_code: event.action,
    },
    time: Date.parse(event.occurredAt),
    ...(event.coalesced && {
      count: event.coalesced.count,
      start_time: Date.parse(event.coalesced.firstAt),
      end_time: Date.parse(event.coalesced.lastAt),
    }),
    category_uid: category.uid,
    category_name: category.name,
    class_uid: classUid,
    class_name: className,
    activity_id: activityId,
    // For activity 99 (Other), OCSF requires the original name of the activity.
    activity_name: activity ?? event.action,
    type_uid: classUid * 100 + activityId,
    type_name: `${className}: ${activity ?? 'Other'}`,
    ...severity(event),
    ...(event.outcome === 'SUCCEEDED'
      ? { status_id: 1, status: 'Success' }
      : { status_id: 2, status: 'Failure' }),
    // OCSF has only one status for failures. `status_code` distinguishes DENIED from FAILED.
    status_code: event.outcome,
    status_detail: event.reason ?? undefined,
    message: `${event.action}: ${event.outcome}${event.reason === null ? '' : ` (${event.reason})`}`,
    actor: {
      user: userOf(row),
      session: event.sessionId === null ? undefined : { uid: event.sessionId },
    },
    src_endpoint: endpointOf(row),
    http_request: requestOf(row),
    ...details(row),
    unmapped: { ...unmapped(row, disclosures), leafHash },
  }
}

/** The OCSF ID of "Other", for activities and for types. */
const other = 99

/** The OCSF class and activity of actions that were removed from the action catalogue. */
const unknownAction = { class: 'API Activity', activity: other } as const

const iam = { uid: 3, name: 'Identity & Access Management' }
const application = { uid: 6, name: 'Application Activity' }

interface EventClass {
  uid: number
  category: typeof iam
  /** The OCSF profiles that add members to the class. */
  profiles?: string[]
  /** The OCSF names of the activity IDs that the action catalogue uses. */
  activities: Record<number, string>
  /** Returns the members that are specific to this class. */
  details: (row: ExportRow) => object
}

const classes: Record<OcsfClassName, EventClass> = {
  Authentication: {
    uid: 3002,
    category: iam,
    activities: { 1: 'Logon', 2: 'Logoff' },
    details: (row) => ({
      user: userOf(row),
      session: sessionOf(row),
      service,
      ...protocolOf(row.event),
    }),
  },
  'Authorize Session': {
    uid: 3003,
    category: iam,
    activities: { 1: 'Assign Privileges' },
    details: (row) => ({
      user: userOf(row),
      session: sessionOf(row),
      privileges: [privilegeOf(row)],
    }),
  },
  'Entity Management': {
    uid: 3004,
    category: iam,
    activities: {
      1: 'Create',
      3: 'Update',
      4: 'Delete',
      8: 'Enable',
      9: 'Disable',
      10: 'Activate',
      12: 'Suspend',
      13: 'Resume',
    },
    details: (row) => ({ entity: { ...targetOf(row), type_id: other } }),
  },
  'User Access Management': {
    uid: 3005,
    category: iam,
    activities: { 1: 'Assign Privileges', 2: 'Revoke Privileges' },
    details: (row) => ({
      user: granteeOf(row),
      privileges: ['SPANNING_ADMIN'],
      resources: [{ uid: row.event.tenantId, type: 'tenant' }],
    }),
  },
  'Web Resources Activity': {
    uid: 6001,
    category: application,
    // The profile `host` adds the member `actor` to this class.
    profiles: ['host'],
    activities: { 1: 'Create', 7: 'Export' },
    details: (row) => ({ web_resources: [targetOf(row)] }),
  },
  'API Activity': {
    uid: 6003,
    category: application,
    activities: { 1: 'Create', 2: 'Read', 4: 'Delete' },
    details: (row) => ({
      api: { operation: row.event.action, request: { uid: row.event.requestId }, service },
      // Only this class requires `src_endpoint`.
      src_endpoint: endpointOf(row) ?? {
        name: row.disclosures.actor === null ? 'erased' : 'not recorded',
      },
      resources: row.event.target === null ? undefined : [targetOf(row)],
    }),
  },
}

function severity({ action, outcome }: SealedEvent) {
  if (actionDefinition(action)?.ocsf.severity === 'High')
    return { severity_id: 4, severity: 'High' }
  return outcome === 'DENIED'
    ? { severity_id: 2, severity: 'Low' }
    : { severity_id: 1, severity: 'Informational' }
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
 * Returns the actor as an OCSF user. The userPrincipalName becomes the user name, because a
 * userPrincipalName is not always a valid e-mail address.
 */
function userOf({ event: { actor }, disclosures }: ExportRow) {
  const named = disclosures.actor?.value
  return {
    uid: actor.key,
    uid_alt: actor.objectId ?? actor.subject,
    name: named?.userPrincipalName ?? named?.displayName,
    display_name: named?.displayName,
    email_addr: isEmail(named?.email) ? named.email : undefined,
    domain: actor.instance,
    ...(userTypes[actor.type] ?? userTypes.AnonymousActor),
  }
}

/**
 * Returns the user to whom the Spanning Admin role was granted or from whom it was revoked. The
 * `uid` is the actor key.
 */
function granteeOf({ event: { target }, disclosures }: ExportRow) {
  const name = disclosures.target?.value.displayName ?? undefined
  return target?.id == null
    ? { name: name ?? 'not recorded' }
    : { uid: `microsoft:${target.id}`, uid_alt: target.id, name }
}

/**
 * Returns the session that is the target of the event. For events with another target, returns the
 * session in which the action was performed.
 */
function sessionOf({ event }: ExportRow) {
  const uid = (event.target?.type === 'session' ? event.target.id : null) ?? event.sessionId
  return uid === null ? undefined : { uid }
}

const protocolOf = ({ method }: SealedEvent) => {
  if (method === null) return {}
  return method === 'MICROSOFT'
    ? { auth_protocol_id: 4, auth_protocol: 'OpenID' }
    : { auth_protocol_id: 6, auth_protocol: 'OAUTH 2.0' }
}

/**
 * Returns the privilege that was granted or denied. For authorization.denied, the privilege is the
 * requested GraphQL field.
 */
const privilegeOf = ({ event: { action, target }, disclosures }: ExportRow): string =>
  (action === 'authorization.denied' ? disclosures.target?.value.displayName : null) ??
  target?.type ??
  subjectOf(action)

/**
 * Returns the target of an event. For an event without a target, returns the tenant with the first
 * part of the action as its type.
 */
function targetOf({ event: { action, target, tenantId }, disclosures }: ExportRow) {
  if (target === null) return { uid: tenantId, type: subjectOf(action) }
  const name = disclosures.target?.value.displayName ?? undefined
  // OCSF requires that a resource has a `uid` or a `name`.
  return {
    uid: target.id ?? undefined,
    name: name ?? (target.id === null ? target.type : undefined),
    type: target.type,
  }
}

const subjectOf = (action: string) => action.replace(/\..*$/s, '')

function endpointOf({ disclosures }: ExportRow) {
  const ip = disclosures.actor?.value.ipAddress
  return isAddress(ip) ? { ip } : undefined
}

function requestOf({ event, disclosures }: ExportRow) {
  const userAgent = disclosures.actor?.value.userAgent
  return userAgent == null ? undefined : { uid: event.requestId, user_agent: userAgent }
}

/**
 * Returns the members that OCSF does not define. The members keep their names from the GraphQL
 * schema.
 */
function unmapped({ event }: ExportRow, { actor, target }: ExportRow['disclosures']) {
  const { ipAddress, email } = actor?.value ?? {}
  const changes = target?.value.changes ?? []
  return {
    method: event.method ?? undefined,
    actor: { type: event.actor.type, platform: event.actor.platform, role: event.actor.role },
    target: event.target ?? undefined,
    changes: changes.length === 0 ? undefined : changes,
    clientId: event.clientId ?? undefined,
    traceId: event.traceId ?? undefined,
    // These members contain recorded values that are invalid for the OCSF types ip_t and email_t.
    ipAddress: ipAddress == null || isAddress(ipAddress) ? undefined : ipAddress,
    email: email == null || isEmail(email) ? undefined : email,
    erased:
      actor && target ? undefined : [...(actor ? [] : ['actor']), ...(target ? [] : ['target'])],
  }
}

/** These functions validate texts for the OCSF types ip_t (at most 40 characters) and email_t. */
const isAddress = (text: string | null | undefined): text is string =>
  text != null && text.length <= 40 && isIP(text) !== 0
const isEmail = (text: string | null | undefined): text is string =>
  text != null && /^[\w!#$%&'*+\-/=?^`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+$/.test(text)
