/** Form fields that restrict one partner's access: allowed technicians and maximum age of MFA. */
import { Field, Input, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { fieldError } from '../../app/use-tenant-mutation.ts'
import { splitLines } from './use-settings.ts'

interface Access {
  allowedTechnicians?: string[] | null
  mfaMaxAgeMinutes: number | null
}

export const accessFieldNames = ['allowedTechnicians', 'mfaMaxAgeMinutes']

/**
 * Returns the state of the form fields, and `input` for the mutation. An empty form field means "no
 * restriction".
 */
export function useAccessFields(current?: Access) {
  const [technicians, setTechnicians] = useState(current?.allowedTechnicians?.join('\n') ?? '')
  const [minutes, setMinutes] = useState(current?.mfaMaxAgeMinutes?.toString() ?? '')
  const allowedTechnicians = splitLines(technicians)
  return {
    technicians,
    setTechnicians,
    minutes,
    setMinutes,
    isValid: minutes === '' || /^\d{1,6}$/.test(minutes),
    input: {
      allowedTechnicians: allowedTechnicians.length ? allowedTechnicians : null,
      mfaMaxAgeMinutes: minutes === '' ? null : Number(minutes),
    },
  }
}

export function AccessFields({
  access,
  mutation,
}: {
  access: ReturnType<typeof useAccessFields>
  mutation: Parameters<typeof fieldError>[0]
}) {
  return (
    <>
      <Field
        label="Allowed technicians"
        hint="One technician ID per line. Leave empty to allow all."
        {...fieldError(mutation, 'allowedTechnicians')}
      >
        <Textarea
          rows={3}
          resize="vertical"
          value={access.technicians}
          onChange={(_, { value }) => access.setTechnicians(value)}
        />
      </Field>
      <Field
        label="Require MFA within (minutes)"
        hint="Leave empty to not require MFA."
        {...(access.isValid
          ? {}
          : {
              validationState: 'error' as const,
              validationMessage: 'Enter a whole number of minutes.',
            })}
        {...fieldError(mutation, 'mfaMaxAgeMinutes')}
      >
        <Input
          inputMode="numeric"
          value={access.minutes}
          onChange={(_, { value }) => access.setMinutes(value.trim())}
        />
      </Field>
    </>
  )
}
