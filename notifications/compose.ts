/** The text of a mail, made from the row of the Activity Log of which it tells: it says what the log says. */
import type { messageById } from '../drizzle/reads.ts'
import type { Actor } from '../drizzle/tables/shared.ts'
import { actionDefinition } from '../platform/audit/actions.ts'

type Content = Pick<
  NonNullable<Awaited<ReturnType<typeof messageById>>>,
  'event' | 'tenantName' | 'instanceName'
>

export function compose({ event, tenantName, instanceName }: Content): {
  subject: string
  text: string
} {
  const title = actionDefinition(event.action)?.mailTitle ?? 'Something changed'
  const lines: [label: string, value: string | null][] = [
    ['Tenant', quoted(tenantName)],
    ['Who', who(event.actor)],
    ['When', `${event.occurredAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ['From', event.ipAddress],
    ['Partner', instanceName && quoted(instanceName)],
    ...event.changes.map(({ field, before, after }): [string, string] => [
      field,
      `${valueAsText(before)} -> ${valueAsText(after)}`,
    ]),
    ['Log entry', event.eventId],
  ]
  const width = Math.max(...lines.map(([label]) => label.length))
  const shown = lines.flatMap(([label, value]) =>
    value ? [`${label.padEnd(width)}  ${value}`] : [],
  )
  return {
    subject: `${title}: ${plain(tenantName)}`,
    text: [
      `${title}.`,
      '',
      ...shown,
      '',
      'What stands in quotation marks was written by somebody else, the partner or an admin, and is shown as they wrote it;',
      'dots in it are in brackets, so that nothing in this mail is a link.',
      '',
      'If you did not expect this, look at the Activity Log of the tenant. A Global or Spanning Admin can turn Login with IT',
      'Complete off at any time: what came through it ends at once.',
      '',
      'You get this mail because this address is, or was until this change, among the notification recipients of the tenant.',
      '',
    ].join('\n'),
  }
}

function who(actor: Actor): string {
  switch (actor.__typename) {
    case 'MicrosoftAdmin':
    case 'MicrosoftUser':
      return `${quoted(actor.displayName)}, Microsoft account ${quoted(actor.userPrincipalName)}`
    case 'PartnerTechnician':
      return `a technician whom ${quoted(actor.instance)} calls ${quoted(actor.displayName)}, with the id ${quoted(actor.subject)} there`
    case 'PartnerClient':
      return `the partner ${quoted(actor.displayName)} itself`
    default:
      return quoted(actor.displayName)
  }
}

function valueAsText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return quoted(value)
  if (!Array.isArray(value)) return quoted(JSON.stringify(value))
  const shown = value.slice(0, 20).map((item) => quoted(String(item)))
  if (value.length > shown.length) shown.push(`and ${value.length - shown.length} more`)
  return shown.join(', ') || 'nobody'
}

/** Somebody else's words, on one line, told apart from ours, and no link: whatever they hold, they cannot be taken for a line of the mail. */
const quoted = (text: string): string =>
  `"${plain(text).replaceAll('"', "'").replaceAll('.', '[.]').replaceAll('://', '[:]//')}"`

/** One line without characters that hide, or turn around what stands beside them. */
function plain(text: string): string {
  const visible = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?').replaceAll(/\s+/gu, ' ')
  return visible.length > 120 ? `${visible.slice(0, 120)}…` : visible
}
