/** The groups of actions in the Action filter, and the labels of what the filter selects. */
import { actionLabel, knownActions } from './labels.ts'

/**
 * The groups in the order of the list, with the part of the codes before the dot. An action without
 * a group is in the last group.
 */
const subjectsByGroup: Record<string, string[]> = {
  'Sign-ins': ['handoff', 'microsoft_login', 'sign_in'],
  Sessions: ['session', 'federated_sessions'],
  'Viewed data and refused requests': ['operation', 'authorization', 'mutation'],
  Settings: ['it_complete_login', 'service_settings', 'notification_settings'],
  'Spanning Admins': ['spanning_admin'],
  Partners: ['partner_association', 'partner_instance'],
  'API tokens': ['api_token'],
  'Exports and emails': ['activity_export', 'activity', 'notification'],
  Service: ['tenant', 'activity_log', 'activity_retention', 'personal_data'],
  Other: [],
}

/** The labels of prefixes that match more than one action. */
const prefixLabels: Record<string, string> = {
  'activity_log.*': 'All log maintenance',
  'api_token.*': 'All API token events',
  '*': 'All actions',
  'handoff.*': 'All technician sign-ins',
  'it_complete_login.*': 'Login with IT Complete turned on or off',
  'notification.*': 'All emails',
  'partner_association.*': 'All partner changes',
  'partner_instance.*': 'All partner instance changes',
  'session.*': 'All ended sessions',
  'spanning_admin.*': 'All Spanning Admin changes',
}

/**
 * Returns the label of an action code, or of a prefix that ends with an asterisk.
 * `ActivityFilter.actions` accepts both.
 */
export function actionFilterLabel(value: string): string {
  const label = prefixLabels[value] ?? actionLabel(value)
  return label === value && value.endsWith('*')
    ? `Actions that start with “${value.slice(0, -1)}”`
    : label
}

const subjectOf = (action: string) => action.split('.')[0] ?? ''

/** The prefix of the actions with this subject, if there are several actions. */
const prefixOf = (subject: string): string[] =>
  knownActions.filter((action) => subjectOf(action) === subject).length > 1 ? [`${subject}.*`] : []

const groupedSubjects = new Set(Object.values(subjectsByGroup).flat())
const ungroupedSubjects = knownActions
  .map(subjectOf)
  .filter((subject) => !groupedSubjects.has(subject))

const actionGroups = Object.entries(subjectsByGroup).map(([label, subjects]) => ({
  label,
  values: (label === 'Other' ? [...new Set(ungroupedSubjects)] : subjects).flatMap((subject) => [
    ...prefixOf(subject),
    ...knownActions.filter((action) => subjectOf(action) === subject),
  ]),
}))

/** Returns the groups with the values whose label or code contains the typed text. */
export function findActions(typed: string): { label: string; values: string[] }[] {
  const text = typed.toLowerCase().replace(/\*$/, '')
  const isFound = (value: string) =>
    `${value} ${actionFilterLabel(value)}`.toLowerCase().includes(text)
  return actionGroups
    .map(({ label, values }) => ({ label, values: values.filter(isFound) }))
    .filter(({ values }) => values.length > 0)
}

/** True if the typed text is a code with a dot, or a prefix, that the list does not contain. */
export const isOtherAction = (typed: string): boolean =>
  /^(?:\w+\.[\w.]+|[\w.]+\*)$/.test(typed) &&
  !actionGroups.some(({ values }) => values.includes(typed))
