import type { UserError } from '../../../platform/lib/errors.ts'
import { isPlainText, plainTextMessage } from '../../../platform/lib/text.ts'

export const maxClientIdLength = 100

/**
 * Validates the partner's own name for the tenant (`externalTenantId`). The service only displays
 * this name.
 * @returns null if the name is valid
 */
export const externalTenantIdError = (text: string): UserError | null =>
  isPlainText(text, 200)
    ? null
    : invalidValue('externalTenantId', plainTextMessage('externalTenantId', text, 200))

export const invalidValue = (field: string, message: string): UserError => ({
  code: 'INVALID_VALUE',
  field: [field],
  message,
})
