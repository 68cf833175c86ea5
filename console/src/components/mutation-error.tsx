/**
 * Shows the error of a mutation. Omits the user errors of the form fields in `fields`, because each
 * form field shows its own user error.
 */
import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { ApiError } from '../app/graphql.ts'
import type { TenantMutation } from '../app/use-tenant-mutation.ts'
import { StepUpPrompt } from './step-up-prompt.tsx'

export function MutationError({
  mutation: { error, userErrors },
  fields = [],
}: {
  mutation: Pick<TenantMutation<never, unknown>, 'error' | 'userErrors'>
  fields?: string[]
}) {
  if (error instanceof ApiError && error.code === 'STEP_UP_REQUIRED') return <StepUpPrompt />
  const userError = userErrors.find(({ field }) => !field?.some((name) => fields.includes(name)))
  const text =
    error instanceof ApiError && error.code === 'FORBIDDEN'
      ? 'Your role does not allow this. Ask a Global or Spanning Admin.'
      : userError?.code === 'VERSION_CONFLICT'
        ? 'Another person changed the settings at the same time. The page now shows their changes and still holds yours. Check the settings and save again.'
        : (error?.message ?? userError?.message)
  return text ? (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>{text}</MessageBarBody>
    </MessageBar>
  ) : null
}
