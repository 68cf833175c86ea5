/** Composes an e-mail about an Activity Log event. */
import type { messageById } from '../drizzle/reads/notifications.ts'
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
    ['Performed by', nameOf(event.actor)],
    ['Time', `${event.occurredAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ['IP address', event.ipAddress],
    ['Partner', instanceName && quoted(instanceName)],
    ...event.changes.map(({ field, before, after }): [string, string] => [
      field,
      `${valueAsText(before)} -> ${valueAsText(after)}`,
    ]),
    ['Event ID', event.eventId],
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
      'Text in quotation marks was written by the partner or an admin. Its dots are in brackets, so that',
      'mail programs do not turn it into links.',
      '',
      'If you did not expect this, open the Activity Log of the tenant. A Global or Spanning Admin can turn',
      'Login with IT Complete off at any time, which signs all technicians out at once.',
      '',
      'You receive this email because this address is, or was until this change, a notification recipient',
      'of the tenant.',
      '',
    ].join('\n'),
  }
}

function nameOf(actor: Actor): string {
  switch (actor.__typename) {
    case 'MicrosoftAdmin':
    case 'MicrosoftUser':
      return `${quoted(actor.displayName)}, Microsoft account ${quoted(actor.userPrincipalName)}`
    case 'PartnerTechnician':
      return `technician ${quoted(actor.displayName)} of ${quoted(actor.instance)}, technician ID ${quoted(actor.subject)}`
    case 'PartnerClient':
      return `partner ${quoted(actor.displayName)}`
    default:
      return quoted(actor.displayName)
  }
}

const maxItems = 20

function valueAsText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'string') return quoted(value)
  if (!Array.isArray(value)) return quoted(JSON.stringify(value))
  const shown = value.slice(0, maxItems).map((item) => quoted(String(item)))
  if (value.length > shown.length) shown.push(`and ${value.length - shown.length} more`)
  return shown.join(', ') || 'none'
}

/**
 * Quotes text from a partner or an admin on one line, so that a reader cannot mistake the text for
 * a line of the mail. Puts dots and `://` in brackets, so that mail programs create no links.
 */
const quoted = (text: string): string =>
  `"${plain(text).replaceAll('"', "'").replaceAll('.', '[.]').replaceAll('://', '[:]//')}"`

/**
 * Returns the text as one line of at most 120 characters, without invisible characters and
 * bidirectional controls.
 */
function plain(text: string): string {
  const visible = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?').replaceAll(/\s+/gu, ' ')
  return visible.length > 120 ? `${visible.slice(0, 120)}…` : visible
}
