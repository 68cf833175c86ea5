/** Labels for the codes of the Activity log. If a code has no label, the page shows the code. */
import { actorTypeLabel, roleLabel } from '../../app/labels.ts'
import type { AdminRole } from '../../app/viewer.graphql.ts'
import { actionLabels } from './action-labels.generated.ts'
import type { ActivityOutcome } from './activity.graphql.ts'

export const outcomeLabels: Record<ActivityOutcome, string> = {
  SUCCEEDED: 'Succeeded',
  DENIED: 'Denied',
  FAILED: 'Failed',
}
export const outcomes = Object.keys(outcomeLabels) as ActivityOutcome[]

export const knownActions = Object.keys(actionLabels)
export const actionLabel = (action: string): string => actionLabels[action] ?? action

interface LabelledEvent {
  action: string
  changes: readonly { field: string; after: unknown }[]
}

/** The labels of what a technician can read, by field of the query. */
const readLabels: Record<string, string> = {
  activityEvent: 'an event',
  activityLog: 'the Activity log',
  activitySummary: 'the Activity log',
  effectiveAccess: 'who has access',
  partnerAssociations: 'partners',
  sessions: 'sessions',
  settings: 'settings',
  spanningAdmins: 'Spanning Admins',
  viewer: 'their own sign-in',
}

/** Returns the label of the event's action. For a read operation, names what was read. */
export function eventLabel({ action, changes }: LabelledEvent): string {
  if (action !== 'operation.read') return actionLabel(action)
  const labels = readFields(changes).flatMap((field) => readLabels[subjectOfField(field)] ?? [])
  return labels.length ? `Viewed ${lists.format(new Set(labels))}` : actionLabel(action)
}

const lists = new Intl.ListFormat('en', { type: 'conjunction' })

/** Returns the fields of a read operation, such as "tenant.settings" or "activityEvent.id". */
export function readFields(changes: LabelledEvent['changes']): string[] {
  const { after } = changes.find(({ field }) => field === 'fields') ?? {}
  return Array.isArray(after) ? after.filter((field) => typeof field === 'string') : []
}

/** Returns the field of the tenant, or the field of the query if the path has no tenant. */
function subjectOfField(path: string): string {
  const names = path.split('.')
  return names[names.indexOf('tenant') + 1] ?? path
}

interface LabelledActor {
  __typename: string
  displayName: string
  instance?: string
  role?: AdminRole
}

/**
 * Returns the actor's label, such as "Ben Castellanos, Northwind VSA" or "Service operator (demo)".
 */
export function actorLabel(actor: LabelledActor): string {
  const { __typename, displayName, instance, role } = actor
  const type = actorTypeLabel(__typename)
  if (__typename === 'SystemActor') return displayName
  if (__typename === 'AnonymousActor') return type
  if (__typename === 'OperatorActor') return `${type} (${displayName})`
  return `${displayName}, ${instance ?? (role ? roleLabel(role) : type)}`
}
