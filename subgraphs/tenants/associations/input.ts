import type { UserError } from '../../../platform/lib/errors.ts'
import { isPlainText } from '../../../platform/lib/text.ts'

export const maxClientIdLength = 100

/**
 * Validates the partner's own name for the tenant (`externalTenantId`). The service only displays
 * this name.
 * @returns null if the name is valid
 */
export const externalTenantIdError = (text: string): UserError | null =>
  isPlainText(text, 200)
    ? null
    : invalidValue('externalTenantId', 'externalTenantId must be one line of 1 to 200 characters.')

export const invalidValue = (field: string, message: string): UserError => ({
  code: 'INVALID_VALUE',
  field: [field],
  message,
})
