/** Form fields that restrict one partner's access: allowed technicians and maximum age of MFA. */
import { Field, Input, Textarea } from '@fluentui/react-components'
import type { FieldRule, Form } from '../../app/use-form.ts'
import { splitLines } from './use-settings.ts'

export interface Access {
  allowedTechnicians?: string[] | null
  mfaMaxAgeMinutes: number | null
}

export type AccessValues = { allowedTechnicians: string; mfaMaxAgeMinutes: string }

const maxMinutes = 43_200

export const accessRules: Record<'allowedTechnicians' | 'mfaMaxAgeMinutes', FieldRule> = {
  allowedTechnicians: {
    message: 'Enter at most 1,000 technician IDs, each on a line of up to 255 characters.',
    accepts: (text) => {
      const ids = splitLines(text)
      return ids.length <= 1_000 && ids.every((id) => id.length <= 255)
    },
  },
  mfaMaxAgeMinutes: {
    message: 'Enter a whole number of minutes from 1 to 43200 (30 days).',
    accepts: (text) =>
      text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= maxMinutes),
  },
}

/** Returns the values of the form fields. An empty form field means "no restriction". */
export const accessValues = (access?: Access): AccessValues => ({
  allowedTechnicians: access?.allowedTechnicians?.join('\n') ?? '',
  mfaMaxAgeMinutes: access?.mfaMaxAgeMinutes?.toString() ?? '',
})

/** Returns the access that the form fields describe. The values must be valid. */
export function accessOf({ allowedTechnicians, mfaMaxAgeMinutes }: AccessValues): Access {
  const ids = splitLines(allowedTechnicians)
  return {
    allowedTechnicians: ids.length ? ids : null,
    mfaMaxAgeMinutes: mfaMaxAgeMinutes.trim() === '' ? null : Number(mfaMaxAgeMinutes),
  }
}

export function AccessFields({ form }: { form: Form<AccessValues> }) {
  return (
    <>
      <Field
        label="Allowed technicians"
        hint="One technician ID per line. Leave empty to allow all."
        {...form.field('allowedTechnicians')}
      >
        <Textarea
          rows={3}
          resize="vertical"
          spellCheck={false}
          value={form.values.allowedTechnicians}
          onChange={(_, { value }) => form.set('allowedTechnicians', value)}
        />
      </Field>
      <Field
        label="Require MFA within (minutes)"
        hint="Leave empty to not require MFA."
        {...form.field('mfaMaxAgeMinutes')}
      >
        <Input
          inputMode="numeric"
          value={form.values.mfaMaxAgeMinutes}
          onChange={(_, { value }) => form.set('mfaMaxAgeMinutes', value)}
        />
      </Field>
    </>
  )
}
