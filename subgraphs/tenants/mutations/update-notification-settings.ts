import { EmailAddressResolver } from 'graphql-scalars'
import type { Settings } from '../../../drizzle/tables/tenants.ts'
import { throwUserError } from '../../../platform/audit/audited.ts'
import { canonicalAddress } from '../../../platform/lib/domain.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { MutationResolvers, UpdateNotificationSettingsInput } from '../schema.types.ts'
import { changeSettings } from '../settings/change-settings.ts'

const maxRecipients = 20
const maxAddressLength = 254

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
        `recipients must have at most ${maxRecipients} addresses.`,
        'recipients',
      )
    const invalid = recipients.find((address) => !isEmailAddress(address))
    if (invalid !== undefined)
      throwUserError(
        'INVALID_VALUE',
        `“${shorten(invalid)}” is not an e-mail address. Enter an address such as name@example.com, with at most ${maxAddressLength} characters.`,
        'recipients',
      )
    const isRepeated = (address: string, index: number) =>
      recipients.slice(0, index).some((other) => other.toLowerCase() === address.toLowerCase())
    const repeated = recipients.find(isRepeated)
    if (repeated !== undefined)
      throwUserError(
        'INVALID_VALUE',
        `“${repeated}” is listed twice. List each address once.`,
        'recipients',
      )
  }
  return { ...(recipients != null && { recipients }), ...(frequency != null && { frequency }) }
}

/** Whether the text is an e-mail address as the scalar `EmailAddress` returns it. */
function isEmailAddress(text: string): boolean {
  if (!isPlainText(text, maxAddressLength) || canonicalAddress(text) !== text) return false
  try {
    EmailAddressResolver.parseValue(text)
    return true
  } catch {
    return false
  }
}

/** Shortens a rejected value for a message, to at most 100 characters. */
const shorten = (text: string): string =>
  (text.length > 100 ? `${text.slice(0, 100)}…` : text).toWellFormed()
