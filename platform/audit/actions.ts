/**
 * The catalogue of all actions that the Activity Log and the operators' log record. The command
 * `npm run generate` writes docs/audit-actions.md and the console's labels from this file. The
 * catalogue also contains the actions of the subgraphs, because the documentation, the console
 * labels, the OCSF mapping and the mail titles need one common source.
 */

/**
 * The classes of the Open Cybersecurity Schema Framework (OCSF) 1.8 that this service uses:
 * https://schema.ocsf.io/1.8.0.
 */
export type OcsfClassName =
  | 'Authentication'
  | 'Entity Management'
  | 'User Access Management'
  | 'Web Resources Activity'
  | 'API Activity'

export interface ActionDefinition {
  /** The title of the event in the console, in the past tense. */
  label: string
  /**
   * The text for docs/audit-actions.md, one or two sentences long. The text says when the event is
   * recorded, and explains the event's reasons if necessary.
   */
  description: string
  /**
   * True if the action is recorded only in the operators' log, never in a tenant's Activity Log.
   */
  operatorsOnly?: true
  /**
   * `activity` is the `activity_id` of the OCSF class; 99 means "Other". `severity` replaces the
   * severity that is normally derived from the outcome.
   */
  ocsf: { class: OcsfClassName; activity: number; severity?: 'High' }
  /**
   * The subject line of mail to the tenant's notification recipients. Without a `mailTitle`, no
   * mail can be sent about the action.
   */
  mailTitle?: string
}

export const auditActions = {
  // Signing in
  'microsoft_login.completed': {
    label: 'Signed in with Microsoft',
    description:
      'A user returned from the Microsoft sign-in. The outcome is DENIED with the reason FORBIDDEN for a user of the organization who is not an admin of the tenant.',
    ocsf: { class: 'Authentication', activity: 1 },
  },
  'handoff.created': {
    label: 'Technician sign-in requested',
    description:
      'A partner requested a sign-in for a technician. If it was denied, the reason is the code of the first check that failed.',
    ocsf: { class: 'Authentication', activity: 6 },
  },
  'handoff.validated': {
    label: 'Sign-in assertion tested',
    description: 'A partner tested an assertion without signing a technician in.',
    ocsf: { class: 'Authentication', activity: 6 },
  },
  'handoff.redeemed': {
    label: 'Technician signed in',
    description:
      'A handoff code was presented. If the sign-in succeeded, a session was created and the code cannot be used again.',
    ocsf: { class: 'Authentication', activity: 1 },
    mailTitle: 'A technician signed in for the first time',
  },
  'sign_in.unverified': {
    label: 'Unverified sign-in attempts',
    description:
      'Unauthenticated sign-in attempts named the tenant. One event per minute contains their number; their claims are recorded in the operators’ log only.',
    ocsf: { class: 'Authentication', activity: 1 },
  },
  'partner_client.authenticated': {
    label: 'Partner client authenticated',
    description:
      'The client authentication (private_key_jwt) of a partner was refused. The reason is the first check that failed.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'partner_client.validated': {
    label: 'Client authentication tested',
    description:
      'A partner tested its client authentication. If it was denied, the reason is the first check that failed.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'token.presented': {
    label: 'Invalid token presented',
    description: 'A request contained a session token or API token that does not exist.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'security_event.received': {
    label: 'Security event received',
    description:
      'A partner sent a security event (RFC 8417) that was refused, failed, or concerned no session.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99 },
  },

  // Sessions
  'session.signed_out': {
    label: 'Signed out',
    description: 'A user signed out, or signed in again in the same browser.',
    ocsf: { class: 'Authentication', activity: 2 },
  },
  'session.revoked': {
    label: 'Session revoked',
    description:
      'An admin ended a session, or a user ended their own session. The change of `user` contains the key of the session’s user.',
    ocsf: { class: 'Authentication', activity: 2 },
  },
  'session.ended': {
    label: 'Session ended',
    description:
      'A session ended in any other way. The event is recorded within seconds, with the session’s user as the actor. The reason is IDLE, EXPIRED, FEATURE_DISABLED, ASSOCIATION_CHANGED (the association ended, or its terms no longer allow the technician), PARTNER_SUSPENDED (or its key was revoked), PARTNER_SIGNAL, ADMIN_REVOKED (the Spanning Admin’s grant) or REVOKED (all technicians were signed out); the change of `endedAt` contains the time.',
    ocsf: { class: 'Authentication', activity: 2 },
  },
  'federated_sessions.revoked': {
    label: 'Technicians signed out',
    description:
      'An admin ended all federated sessions and pending handoffs, or a partner’s security event ended the sessions and handoffs of one technician (reason PARTNER_SIGNAL).',
    ocsf: { class: 'API Activity', activity: 4 },
  },
  'authorization.denied': {
    label: 'Access denied',
    description:
      'A signed-in user, an ended session or an API token requested data or a change without permission. An attempt on another tenant is recorded in the caller’s own log.',
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'mutation.failed': {
    label: 'Invalid request',
    description:
      'A signed-in user sent a mutation with a value that is not valid for its type. Nothing was executed.',
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'operation.read': {
    label: 'Viewed data',
    description:
      'A technician read data. One event per session, operation and selection is recorded before anything is read, with the operation’s name, the hash of its text and the selected fields, two levels deep; fields that `@skip` or `@include` leaves out are not among them. For a mutation, the fields are the selected fields of the tenant except id and name.',
    ocsf: { class: 'API Activity', activity: 2 },
  },

  // Settings
  'it_complete_login.enabled': {
    label: 'Login with IT Complete turned on',
    description: 'Technicians of the associated partners can sign in from now on.',
    ocsf: { class: 'Entity Management', activity: 8 },
    mailTitle: 'Login with IT Complete was turned on',
  },
  'it_complete_login.disabled': {
    label: 'Login with IT Complete turned off',
    description: 'All federated sessions and pending handoffs ended with this change.',
    ocsf: { class: 'Entity Management', activity: 9 },
    mailTitle: 'Login with IT Complete was turned off',
  },
  'service_settings.updated': {
    label: 'Backed-up services changed',
    description: 'The Microsoft 365 services that are backed up were changed.',
    ocsf: { class: 'Entity Management', activity: 3 },
  },
  'notification_settings.updated': {
    label: 'Notification settings changed',
    description: 'The notification recipients or the email frequency were changed.',
    ocsf: { class: 'Entity Management', activity: 3 },
    mailTitle: 'The notification recipients were changed',
  },
  'spanning_admin.granted': {
    label: 'Spanning Admin added',
    description: 'A user of the organization became a Spanning Admin.',
    ocsf: { class: 'User Access Management', activity: 1 },
    mailTitle: 'A Spanning Admin was added',
  },
  'spanning_admin.revoked': {
    label: 'Spanning Admin removed',
    description: 'A user of the organization is no longer a Spanning Admin.',
    ocsf: { class: 'User Access Management', activity: 2 },
    mailTitle: 'A Spanning Admin was removed',
  },

  // Partners
  'partner_association.created': {
    label: 'Partner added',
    description: 'An admin associated a partner instance with the tenant.',
    ocsf: { class: 'Entity Management', activity: 1 },
    mailTitle: 'A partner was added',
  },
  'partner_association.requested': {
    label: 'Partner approval requested',
    description: 'A partner instance requested an association. It grants nothing until approved.',
    ocsf: { class: 'Entity Management', activity: 1 },
    mailTitle: 'A partner requests access',
  },
  'partner_association.approved': {
    label: 'Partner approved',
    description: 'An admin approved a partner’s request.',
    ocsf: { class: 'Entity Management', activity: 10 },
    mailTitle: 'A partner request was approved',
  },
  'partner_association.updated': {
    label: 'Partner access changed',
    description:
      'An admin changed the terms of an association. A narrower allow-list ends the sessions and pending handoffs of the technicians who are not on it; a lower maximum age of multi-factor authentication ends all.',
    ocsf: { class: 'Entity Management', activity: 3 },
    mailTitle: 'Partner access was changed',
  },
  'partner_association.ended': {
    label: 'Partner removed',
    description: 'An admin ended an association, or declined a request.',
    ocsf: { class: 'Entity Management', activity: 4 },
    mailTitle: 'A partner was removed',
  },
  'partner_instance.registered': {
    label: 'Partner instance registered',
    description: 'An operator registered a partner instance.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'partner_instance.updated': {
    label: 'Partner instance changed',
    description:
      'An operator changed an address of an associated partner instance. Technicians of other instances cannot see this event, nor events about other changes of the instance.',
    ocsf: { class: 'Entity Management', activity: 3 },
  },
  'partner_instance.key_added': {
    label: 'Partner key added',
    description: 'An operator added a public key of an associated partner instance.',
    ocsf: { class: 'Entity Management', activity: 3 },
  },
  'partner_instance.key_revoked': {
    label: 'Partner key revoked',
    description:
      'An operator revoked a key of an associated partner instance. Sessions that depend on the key have ended.',
    ocsf: { class: 'Entity Management', activity: 3 },
  },
  'partner_instance.suspended': {
    label: 'Partner instance suspended',
    description: 'An operator suspended an associated partner instance. Its sessions have ended.',
    ocsf: { class: 'Entity Management', activity: 12 },
  },
  'partner_instance.resumed': {
    label: 'Partner instance resumed',
    description: 'An operator lifted the suspension of an associated partner instance.',
    ocsf: { class: 'Entity Management', activity: 13 },
  },
  'partner_instance.removed': {
    label: 'Partner instance removed',
    description: 'An operator removed an associated partner instance.',
    ocsf: { class: 'Entity Management', activity: 4 },
  },
  'partner_instance.tenants_told': {
    label: 'Tenants informed of a partner change',
    description:
      'A change of a partner instance was copied to the logs of the tenants that use it.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99 },
  },

  // API tokens, exports and mail
  'api_token.created': {
    label: 'API token created',
    description:
      'An admin created an API token that reads the Activity Log. The token itself is never recorded.',
    ocsf: { class: 'Entity Management', activity: 1 },
    mailTitle: 'An API token was created that reads the Activity Log',
  },
  'api_token.revoked': {
    label: 'API token revoked',
    description: 'An admin revoked an API token.',
    ocsf: { class: 'Entity Management', activity: 4 },
    mailTitle: 'An API token was revoked',
  },
  'api_token.used': {
    label: 'API token used',
    description:
      'A program used an API token. One event per minute and operation contains the count.',
    ocsf: { class: 'API Activity', activity: 2 },
  },
  'api_token.refused': {
    label: 'API token refused',
    description:
      'A request contained a revoked or expired API token. At most one event per hour is recorded for each token.',
    ocsf: { class: 'Authentication', activity: 1 },
  },
  'activity_export.created': {
    label: 'Activity log export created',
    description: 'An export of the Activity Log was prepared.',
    ocsf: { class: 'Web Resources Activity', activity: 1 },
  },
  'activity.exported': {
    label: 'Activity log export downloaded',
    description:
      'An export was downloaded. The target describes its format and its events. The event is recorded before the first line is sent.',
    ocsf: { class: 'Web Resources Activity', activity: 7 },
  },
  'notification.sent': {
    label: 'Email sent',
    description:
      'The mail server accepted a message about an event. The changes contain that event’s action and the number of recipients.',
    ocsf: { class: 'API Activity', activity: 99 },
  },
  'notification.abandoned': {
    label: 'Email could not be delivered',
    description:
      'Mail about an event was not delivered. The mail server refused one recipient (REFUSED), a message to one recipient was not delivered within three days (UNDELIVERABLE), or no message was queued because too many were waiting (LIMIT_EXCEEDED).',
    ocsf: { class: 'API Activity', activity: 99 },
  },

  // The service and its operators
  'tenant.created': {
    label: 'Tenant created',
    description: 'An operator created the tenant.',
    ocsf: { class: 'Entity Management', activity: 1 },
  },
  'personal_data.erased': {
    label: 'Personal data erased',
    description:
      'An operator erased a person’s data from the log. The event contains the person’s key, the number of events, and their sequence numbers (`sequences`).',
    ocsf: { class: 'Entity Management', activity: 4 },
  },
  'activity_retention.changed': {
    label: 'Activity log retention changed',
    description:
      'An operator changed the retention period for events that are sealed after this change.',
    ocsf: { class: 'Entity Management', activity: 3 },
  },
  'activity_log.expired': {
    label: 'Expired events deleted',
    description:
      'Events of one month reached the end of their retention period and were deleted. The event contains their retention class, month, number and sequence numbers, and is recorded again before it expires itself.',
    ocsf: { class: 'API Activity', activity: 4 },
  },
  'activity_log.gap': {
    label: 'Gap in counted refusals',
    description:
      'A process stopped unexpectedly while it counted refused attempts. Up to one second of attempts between `from` and `to` may be missing from the counts of coalesced events.',
    ocsf: { class: 'API Activity', activity: 99, severity: 'High' },
  },
  'activity_log.epoch_opened': {
    label: 'New log started after a database restore',
    description:
      'An operator started a new epoch of the log (a new Merkle tree) after the database had been restored from a backup.',
    ocsf: { class: 'API Activity', activity: 1, severity: 'High' },
  },
  'activity_log.epoch_begun': {
    label: 'New log epoch started',
    description: 'The sequencer sealed the first events of a new epoch.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 1, severity: 'High' },
  },
  'activity_log.sealing_stopped': {
    label: 'Sealing stopped',
    description:
      'The sequencer no longer seals this tenant’s events because the log contradicts its last checkpoint. An operator must act.',
    operatorsOnly: true,
    ocsf: { class: 'API Activity', activity: 99, severity: 'High' },
  },
} as const satisfies Record<string, ActionDefinition>

export type AuditActionName = keyof typeof auditActions

/**
 * The actions that have a mail title. Only these actions can cause mail to the notification
 * recipients.
 */
export type MailedActionName = {
  [Name in AuditActionName]: (typeof auditActions)[Name] extends { mailTitle: string }
    ? Name
    : never
}[AuditActionName]

/**
 * Returns the definition of a recorded action. Returns undefined if this version does not know the
 * action, because an earlier or later version recorded the event.
 */
export const actionDefinition = (action: string): ActionDefinition | undefined =>
  Object.hasOwn(auditActions, action) ? auditActions[action as AuditActionName] : undefined
