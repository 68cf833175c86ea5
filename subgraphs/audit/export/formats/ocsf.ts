/**
 * Formats events in the Open Cybersecurity Schema Framework (OCSF, https://schema.ocsf.io), which
 * SIEMs import without configuration. An event without names or addresses is exported with its
 * identifiers only. platform/audit/actions.ts maps actions to OCSF classes and activities.
 */
import { actionDefinition, type OcsfClassName } from '../../../../platform/audit/actions.ts'
import type { ExportRow, SealedEvent } from '../export-row.ts'
import { isAddress, isEmail, ocsfActor, userOfSession } from './ocsf-actor.ts'

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
      ...source(event.tenantId),
      profiles: profilesOf(event, profiles),
      uid: event.id,
      sequence: row.sequence,
      correlation_uid: event.requestId,
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
    ...(event.outcome === 'DENIED' && denial),
    status_detail: event.reason || undefined,
    message: `${event.action}: ${event.outcome}${event.reason === null ? '' : ` (${event.reason})`}`,
    actor: ocsfActor(row),
    src_endpoint: endpointOf(row),
    http_request: requestOf(row),
    ...details(row),
    unmapped: { ...unmapped(row, disclosures), leafHash },
  }
}

/**
 * Formats the last line of an export: a Base Event with the manifest under `unmapped`. A file
 * without this line is truncated. The console identifies the line by its first member.
 * @param time the time of the checkpoint with which the export ends
 */
export const ocsfManifest = (
  { tenantId, exportId, time }: { tenantId: string; exportId: string; time: Date },
  manifest: { count: number },
): object => ({
  class_uid: 0,
  class_name: 'Base Event',
  category_uid: 0,
  category_name: 'Uncategorized',
  activity_id: other,
  activity_name: 'manifest',
  type_uid: other,
  type_name: 'Base Event: Other',
  severity_id: 1,
  severity: 'Informational',
  time: time.getTime(),
  message: `End of the export: ${manifest.count} events.`,
  metadata: { ...source(tenantId), uid: exportId, event_code: 'activity_export.manifest' },
  unmapped: { manifest },
})

const source = (tenantId: string) => ({
  version: ocsfVersion,
  product,
  tenant_uid: tenantId,
  log_name: 'Activity Log',
})

/** The members of the profile `security_control`, for an attempt that the service refused. */
const denial = { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' }

function profilesOf({ outcome }: SealedEvent, profiles: string[] = []): string[] | undefined {
  const all = outcome === 'DENIED' ? [...profiles, 'security_control'] : profiles
  return all.length === 0 ? undefined : all
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
    activities: { 1: 'Logon', 2: 'Logoff', 6: 'Preauth' },
    details: (row) => ({
      user: userOfSession(row),
      session: sessionOf(row),
      service,
      ...protocolOf(row.event),
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
      api: {
        operation: operationOf(row),
        request: { uid: row.event.requestId },
        response: row.event.reason ? { error: row.event.reason } : undefined,
        service,
      },
      // Only this class requires `src_endpoint`.
      src_endpoint: endpointOf(row) ?? {
        name: row.disclosures.actor === null ? 'erased' : 'not recorded',
      },
      resources: [apiResourceOf(row)],
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

/**
 * Returns the user to whom the Spanning Admin role was granted or from whom it was revoked. The
 * `uid` is the actor key.
 */
function granteeOf({ event: { target }, disclosures }: ExportRow) {
  const displayName = disclosures.target?.value.displayName || undefined
  return target?.id == null
    ? { name: displayName ?? 'not recorded' }
    : { uid: `microsoft:${target.id}`, uid_alt: target.id, display_name: displayName }
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

/** The targets of events about a GraphQL operation, or about one field of an operation. */
const isOperation = (target: SealedEvent['target']) =>
  target !== null && ['operation', 'mutation', 'field'].includes(target.type)

/** Returns the name of the GraphQL operation or field. Other events are named by their action. */
const operationOf = ({ event: { action, target }, disclosures }: ExportRow): string =>
  (isOperation(target) && disclosures.target?.value.displayName) || action

/**
 * Returns the resource of an API call. For an event without a target, the resource is the tenant.
 * The target ID of a denied field or mutation is the tenant that the client named.
 */
function apiResourceOf(row: ExportRow) {
  const { target, tenantId } = row.event
  if (target === null) return { uid: tenantId, type: 'tenant' }
  if (!isOperation(target) || target.type === 'operation') return targetOf(row)
  return { uid: target.id ?? tenantId, type: 'tenant' }
}

/**
 * Returns the target of an event. For an event without a target, returns the tenant with the first
 * part of the action as its type.
 */
function targetOf({ event: { action, target, tenantId }, disclosures }: ExportRow) {
  if (target === null) return { uid: tenantId, type: subjectOf(action) }
  const name = disclosures.target?.value.displayName || undefined
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
  return userAgent ? { uid: event.requestId, user_agent: userAgent } : undefined
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
    ipAddress: !ipAddress || isAddress(ipAddress) ? undefined : ipAddress,
    email: !email || isEmail(email) ? undefined : email,
    erased:
      actor && target ? undefined : [...(actor ? [] : ['actor']), ...(target ? [] : ['target'])],
  }
}
