import type { Settings } from '../../../drizzle/tables/tenants.ts'
import { throwUserError } from '../../../platform/audit/audited.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { MutationResolvers, UpdateNotificationSettingsInput } from '../schema.types.ts'
import { changeSettings } from '../settings/change-settings.ts'

const maxRecipients = 20

export const updateNotificationSettings: MutationResolvers['updateNotificationSettings'] = (
  _,
  { input },
  context,
) =>
  changeSettings(context, 'notification_settings.updated', input, async (_tx, current) => {
    const set = parseInput(input)
    // Notify the removed recipients too, so that they notice an unauthorized removal.
    return { set, ...(set.recipients && { notify: { alsoTo: current.recipients } }) }
  })

/** @throws user errors LIMIT_EXCEEDED, INVALID_VALUE */
function parseInput({ recipients, frequency }: UpdateNotificationSettingsInput): Partial<Settings> {
  if (recipients != null) {
    if (recipients.length > maxRecipients)
      throwUserError(
        'LIMIT_EXCEEDED',
        `recipients must have at most ${maxRecipients} entries.`,
        'recipients',
      )
    if (new Set(recipients.map((address) => address.toLowerCase())).size < recipients.length)
      throwUserError('INVALID_VALUE', 'recipients must not contain duplicates.', 'recipients')
    if (!recipients.every((address) => isPlainText(address, 254)))
      throwUserError(
        'INVALID_VALUE',
        'Each recipient must be an e-mail address of at most 254 characters.',
        'recipients',
      )
  }
  return { ...(recipients != null && { recipients }), ...(frequency != null && { frequency }) }
}
