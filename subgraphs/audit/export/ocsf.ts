/**
 * An activity event as an event of the Open Cybersecurity Schema Framework, which security products read without being taught ours.
 * Always whole: where the address or the people have been erased, or there never were any, identifiers stay and names are left out.
 */
import { isIP } from 'node:net'
import type { ExportRow, SealedEvent } from './row.ts'

export const ocsfVersion = '1.8.0'
const product = { name: 'Login with IT Complete', vendor_name: 'Spanning' }
const service = { name: product.name }

/**
 * Members that are undefined do not stand in its JSON.
 * @param leafHash with which the event, by its sequence, is found in the tree of which the manifest has the root
 */
export function toOcsf(row: ExportRow, leafHash?: string): object {
  const { event, disclosures } = row
  const [className, activityId] = kinds.get(event.action) ?? (['API Activity', other] as const)
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
    // Where the framework has no name for it, it asks for ours.
    activity_name: activity ?? event.action,
    type_uid: classUid * 100 + activityId,
    type_name: `${className}: ${activity ?? 'Other'}`,
    ...severity(event),
    ...(event.outcome === 'SUCCEEDED'
      ? { status_id: 1, status: 'Success' }
      : { status_id: 2, status: 'Failure' }),
    // Both are failures there: whether it was not allowed or did not work is said here.
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

const other = 99
const iam = { uid: 3, name: 'Identity & Access Management' }
const application = { uid: 6, name: 'Application Activity' }

interface EventClass {
  uid: number
  category: typeof iam
  /** What its events have of it that other events of the class need not have. */
  profiles?: string[]
  /** Those that we use. */
  activities: Record<number, string>
  /** What it has beside what all have. */
  details: (row: ExportRow) => object
}

const classes = {
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
    // By itself this class has no actor.
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
      // This class alone insists on a source.
      src_endpoint: endpointOf(row) ?? {
        name: row.disclosures.actor === null ? 'erased' : 'not recorded',
      },
      resources: row.event.target === null ? undefined : [targetOf(row)],
    }),
  },
} satisfies Record<string, EventClass> as Record<
  | 'Authentication'
  | 'Authorize Session'
  | 'Entity Management'
  | 'User Access Management'
  | 'Web Resources Activity'
  | 'API Activity',
  EventClass
>

/** What each action is there: class and activity. An action that is not here is API Activity: Other. */
const kinds: ReadonlyMap<string, readonly [keyof typeof classes, number]> = new Map([
  ['microsoft_login.completed', ['Authentication', 1]],
  ['handoff.redeemed', ['Authentication', 1]],
  ['sign_in.unverified', ['Authentication', 1]],
  ['api_token.refused', ['Authentication', 1]],
  ['session.signed_out', ['Authentication', 2]],
  ['session.ended', ['Authentication', 2]],
  ['session.expired', ['Authentication', 2]],

  ['handoff.created', ['Authorize Session', 1]],
  ['handoff.validated', ['Authorize Session', other]],
  ['session.revoked', ['Authorize Session', other]],
  ['federated_sessions.revoked', ['Authorize Session', other]],
  ['authorization.denied', ['Authorize Session', other]],

  ['tenant.created', ['Entity Management', 1]],
  ['it_complete_login.enabled', ['Entity Management', 8]],
  ['it_complete_login.disabled', ['Entity Management', 9]],
  ['service_settings.updated', ['Entity Management', 3]],
  ['notification_settings.updated', ['Entity Management', 3]],
  ['activity_retention.changed', ['Entity Management', 3]],
  ['partner_association.created', ['Entity Management', 1]],
  ['partner_association.requested', ['Entity Management', 1]],
  ['partner_association.approved', ['Entity Management', 10]],
  ['partner_association.updated', ['Entity Management', 3]],
  ['partner_association.ended', ['Entity Management', 4]],
  ['partner_instance.suspended', ['Entity Management', 12]],
  ['partner_instance.resumed', ['Entity Management', 13]],
  ['partner_instance.removed', ['Entity Management', 4]],
  ['partner_instance.updated', ['Entity Management', 3]],
  ['partner_instance.key_added', ['Entity Management', 3]],
  ['partner_instance.key_revoked', ['Entity Management', 3]],
  ['api_token.created', ['Entity Management', 1]],
  ['api_token.revoked', ['Entity Management', 4]],
  ['personal_data.erased', ['Entity Management', 4]],

  ['spanning_admin.granted', ['User Access Management', 1]],
  ['spanning_admin.revoked', ['User Access Management', 2]],

  ['activity_export.created', ['Web Resources Activity', 1]],
  ['activity.exported', ['Web Resources Activity', 7]],

  ['operation.read', ['API Activity', 2]],
  ['api_token.used', ['API Activity', 2]],
  ['api_token.refused', ['Authentication', 1]],
  ['activity_log.epoch_opened', ['API Activity', 1]],
  ['activity_log.epoch_begun', ['API Activity', 1]],
  ['activity_log.expired', ['API Activity', 4]],
  ['activity_log.gap', ['API Activity', other]],
  ['activity_log.sealing_stopped', ['API Activity', other]],
  ['notification.sent', ['API Activity', other]],
  ['notification.abandoned', ['API Activity', other]],
])

/** After these the log is not what it should be, and somebody has to look. */
const alarming = new Set([
  'activity_log.gap',
  'activity_log.sealing_stopped',
  'activity_log.epoch_opened',
  'activity_log.epoch_begun',
])

function severity({ action, outcome }: SealedEvent) {
  if (alarming.has(action)) return { severity_id: 4, severity: 'High' }
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

/** The actor. A userPrincipalName looks like an e-mail address and need not be one: it stands as the user name that it is. */
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

/** Who became, or no longer is, a Spanning Admin; under the key that they have as an actor. */
function granteeOf({ event: { target }, disclosures }: ExportRow) {
  const name = disclosures.target?.value.displayName ?? undefined
  return target?.id == null
    ? { name: name ?? 'not recorded' }
    : { uid: `microsoft:${target.id}`, uid_alt: target.id, name }
}

/** The session that the event is about: the one that it was done to, else the one in which it was done. */
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

/** What was allowed or not: a refusal names the field that was asked for. */
const privilegeOf = ({ event: { action, target }, disclosures }: ExportRow): string =>
  (action === 'authorization.denied' ? disclosures.target?.value.displayName : null) ??
  target?.type ??
  subjectOf(action)

/** On what it was done; where nothing is named, on what the action is about, in the tenant. */
function targetOf({ event: { action, target, tenantId }, disclosures }: ExportRow) {
  if (target === null) return { uid: tenantId, type: subjectOf(action) }
  const name = disclosures.target?.value.displayName ?? undefined
  // One of the two is asked for.
  return {
    uid: target.id ?? undefined,
    name: name ?? (target.id === null ? target.type : undefined),
    type: target.type,
  }
}

const subjectOf = (action: string) => action.split('.')[0]!

function endpointOf({ disclosures }: ExportRow) {
  const ip = disclosures.actor?.value.ipAddress
  return isAddress(ip) ? { ip } : undefined
}

function requestOf({ event, disclosures }: ExportRow) {
  const userAgent = disclosures.actor?.value.userAgent
  return userAgent == null ? undefined : { uid: event.requestId, user_agent: userAgent }
}

/** What the framework has no place for, under our names. */
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
    // Not of the form that the framework asks for, but what was recorded.
    ipAddress: ipAddress == null || isAddress(ipAddress) ? undefined : ipAddress,
    email: email == null || isEmail(email) ? undefined : email,
    erased:
      actor && target ? undefined : [...(actor ? [] : ['actor']), ...(target ? [] : ['target'])],
  }
}

/** Of the types `ip_t` and `email_t`. */
const isAddress = (text: string | null | undefined): text is string =>
  text != null && text.length <= 40 && isIP(text) !== 0
const isEmail = (text: string | null | undefined): text is string =>
  text != null && /^[\w!#$%&'*+\-/=?^`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+$/.test(text)
