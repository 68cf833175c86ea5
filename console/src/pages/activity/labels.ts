/** What the log's codes are in words. A code that is not here is shown as it stands. */
import type { ActivityOutcome, LoginMethod } from './activity.graphql.ts'

export const outcomeNames: Record<ActivityOutcome, string> = {
  SUCCEEDED: 'Succeeded',
  DENIED: 'Denied',
  FAILED: 'Failed',
}
export const outcomes = Object.keys(outcomeNames) as ActivityOutcome[]

export const doorNames: Record<LoginMethod, string> = {
  MICROSOFT: 'Microsoft',
  KASEYA_VSA: 'Kaseya VSA',
  UNITRENDS_UNIVIEW: 'Unitrends UniView',
}
export const doors = Object.keys(doorNames) as LoginMethod[]

/** What was done, or tried: the outcome says which. docs/activity-log.md lists them. */
export const actionNames: Record<string, string> = {
  'activity.exported': 'Download an export of the log',
  'activity_export.created': 'Prepare an export of the log',
  'activity_log.epoch_opened': 'Open a new epoch of the log',
  'activity_log.expired': 'Let events go that were kept long enough',
  'activity_log.gap': 'Tell of refusals that were not counted',
  'activity_retention.changed': 'Change how long events are kept',
  'api_token.created': 'Make an API token',
  'api_token.refused': 'Use an API token that works no longer',
  'api_token.revoked': 'Revoke an API token',
  'api_token.used': 'Read with an API token',
  'authorization.denied': 'Ask for what they may not',
  'federated_sessions.revoked': 'End sessions from VSA and UniView',
  'handoff.created': 'Hand a technician over',
  'handoff.redeemed': 'Connect with IT Complete',
  'handoff.validated': 'Try an assertion',
  'it_complete_login.disabled': 'Turn Login with IT Complete off',
  'it_complete_login.enabled': 'Turn Login with IT Complete on',
  'microsoft_login.completed': 'Sign in with Microsoft',
  'notification.abandoned': 'Give up on a mail',
  'notification.sent': 'Send a mail',
  'notification_settings.updated': 'Change who gets mail',
  'operation.read': 'Read',
  'partner_association.approved': 'Approve an association',
  'partner_association.created': 'Associate a partner',
  'partner_association.ended': 'End an association',
  'partner_association.requested': 'Ask for an association',
  'partner_association.updated': 'Change an association',
  'partner_instance.key_added': 'Add a key of a partner',
  'partner_instance.key_revoked': 'Revoke a key of a partner',
  'partner_instance.removed': 'Remove a partner instance',
  'partner_instance.resumed': 'Resume a partner instance',
  'partner_instance.suspended': 'Suspend a partner instance',
  'partner_instance.updated': 'Change a partner instance',
  'personal_data.erased': 'Erase a person',
  'service_settings.updated': 'Change what is backed up',
  'session.ended': 'Session ended',
  'session.revoked': 'End a session',
  'session.signed_out': 'Sign out',
  'sign_in.unverified': 'Sign-in attempts that proved nothing',
  'spanning_admin.granted': 'Make somebody a Spanning Admin',
  'spanning_admin.revoked': 'Take Spanning Admin back',
  'tenant.created': 'Create the tenant',
}

export const actionName = (action: string): string => actionNames[action] ?? action

/** All actions with a subject, as `ActivityFilter.actions` takes them. */
export const actionPrefixes = [
  ...new Set(Object.keys(actionNames).map((action) => `${action.split('.')[0]}.*`)),
].filter(
  (prefix) =>
    Object.keys(actionNames).filter((action) => action.startsWith(prefix.slice(0, -1))).length > 1,
)

const reasons: Record<string, string> = {
  ADMIN_REVOKED: 'They are no Spanning Admin any longer.',
  ALREADY_ASSOCIATED: 'The partner instance was associated already.',
  ASSERTION_EXPIRED: 'The assertion from the partner was too old.',
  ASSERTION_INVALID: 'The assertion from the partner was not in order.',
  ASSERTION_REPLAYED: 'The assertion from the partner had been used before.',
  ASSOCIATION_CHANGED:
    'The association that it came through was ended, or its terms were narrowed.',
  AUDIENCE_MISMATCH: 'The assertion was meant for another service.',
  BAD_USER_INPUT: 'What was asked for was not in order.',
  BINDING_MISMATCH:
    'The code was presented by another browser or client than the one that it was made for.',
  COUNTS_LOST: 'A process died while it counted.',
  EXPIRED: 'It had reached its longest time.',
  FEATURE_DISABLED: 'Login with IT Complete was turned off.',
  FORBIDDEN: 'They may not do this.',
  HANDOFF_ALREADY_REDEEMED: 'The code had been used already.',
  HANDOFF_EXPIRED: 'The code was too old.',
  HANDOFF_INVALID: 'There was no such code.',
  IDEMPOTENCY_KEY_CONFLICT: 'The same key was used for another change.',
  IDLE: 'It was not used for a while.',
  INVALID_VALUE: 'A value was not as it should be.',
  LAST_ADMIN: 'They are the last Spanning Admin.',
  LIMIT_EXCEEDED: 'There would have been too many.',
  LOGIN_INVALID: 'The answer from Microsoft was not in order.',
  MFA_REQUIRED: 'The association asks for a more recent multi-factor authentication.',
  MICROSOFT_SIGN_IN_REQUIRED:
    'Login with IT Complete is off: only Microsoft sign-in opens the tenant.',
  NOT_FOUND: 'There was no such thing.',
  PARTNER_NOT_ASSOCIATED: 'The partner instance is not associated with the tenant.',
  PARTNER_NOT_FOUND: 'There is no such partner instance.',
  PARTNER_SIGNAL: "The partner told us that the technician's session there had ended.",
  PARTNER_SUSPENDED: 'The partner instance was suspended, or its key revoked.',
  RATE_LIMITED: 'Too much was asked in too short a time.',
  REFUSED: 'The mail server refused it.',
  REVOKED: 'An admin ended it.',
  SIGNED_OUT: 'They signed out.',
  STEP_UP_REQUIRED: 'It asks for a Microsoft sign-in of the last 10 minutes.',
  TECHNICIAN_NOT_ALLOWED: 'The technician is not on the association’s list.',
  TENANT_MISMATCH: 'The assertion was for another tenant.',
  TENANT_NOT_ASSOCIATED: 'The partner instance is not associated with the tenant.',
  UNAUTHENTICATED: 'Nobody was signed in, or the session had ended.',
  UNDELIVERABLE: 'It could not be delivered within three days.',
  VERSION_CONFLICT: 'Somebody else had changed it meanwhile.',
}

export const reasonText = (reason: string): string => reasons[reason] ?? 'The code says why.'

const kinds: Record<string, string> = {
  AnonymousActor: 'Nobody known',
  ApiTokenActor: 'API token',
  MicrosoftAdmin: 'Microsoft identity, admin',
  MicrosoftUser: 'Microsoft identity, no admin',
  OperatorActor: 'Operator of the service',
  PartnerClient: 'Partner’s program',
  PartnerTechnician: 'Technician',
  SystemActor: 'The service itself',
}
export const kindOf = (typename: string): string => kinds[typename] ?? typename

const browsers: [RegExp, string][] = [
  [/\bEdgA?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|Opera)\/(\d+)/, 'Opera'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*\bSafari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** A user agent as people would say it: what it says of itself, which anybody can make say anything. */
export function agentName(userAgent: string | null): string {
  if (!userAgent) return 'Unknown program'
  const [, browser] = browsers.find(([pattern]) => pattern.test(userAgent)) ?? []
  if (!browser) return userAgent.split(/[\s/(]/)[0]!.slice(0, 40) || 'Unknown program'
  const version = browsers.map(([pattern]) => pattern.exec(userAgent)?.[1]).find(Boolean)
  const [, system] = systems.find(([pattern]) => pattern.test(userAgent)) ?? []
  return `${browser} ${version}${system ? ` on ${system}` : ''}`
}

const [day, clock, precise] = [
  new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' }),
  new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }),
]
export const dayOf = (iso: string): string => day.format(new Date(iso))
export const clockOf = (iso: string): string => clock.format(new Date(iso))
export const preciselyOf = (iso: string): string => precise.format(new Date(iso))

const numbers = new Intl.NumberFormat()
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${numbers.format(count)} ${count === 1 ? one : many}`
export const inFigures = (count: number): string => numbers.format(count)
