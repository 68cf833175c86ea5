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

/**
 * Action prefixes such as "session.*" that match more than one action. `ActivityFilter.actions`
 * accepts action codes and prefixes.
 */
export const actionCategories = [
  ...new Set(knownActions.map((action) => `${action.split('.')[0]}.*`)),
].filter(
  (prefix) => knownActions.filter((action) => action.startsWith(prefix.slice(0, -1))).length > 1,
)

const categoryLabels: Record<string, string> = {
  'activity_log.*': 'Activity log',
  'api_token.*': 'API tokens',
  'handoff.*': 'Technician sign-ins',
  'it_complete_login.*': 'Login with IT Complete',
  'notification.*': 'Emails',
  'partner_association.*': 'Partners',
  'partner_instance.*': 'Partner instances',
  'session.*': 'Sessions',
  'spanning_admin.*': 'Spanning Admins',
}
/** Returns the label of an action or of a category of actions. */
export const actionFilterLabel = (value: string): string =>
  categoryLabels[value] ?? actionLabel(value)

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
