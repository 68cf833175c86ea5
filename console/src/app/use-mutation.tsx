/** A change by a mutation: what came of it, what is to be mended at which field, and what the caller may not do. */
import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ApiError, ask } from './graphql.ts'
import { StepUp } from '../components/step-up-prompt.tsx'

interface UserError {
  code: string
  field: string[] | null
  message: string
}

type Payload<TData> = NonNullable<TData[keyof TData]>

export interface Change<TVariables, TPayload> {
  /** The payload, or null where something is to be mended or was refused. */
  run(variables: TVariables): Promise<TPayload | null>
  isRunning: boolean
  error: Error | null
  userErrors: UserError[]
  reset(): void
}

/** @param touches keys of the queries that show what it changes, each together with the tenant */
export function useChange<TData, TVariables>(
  document: DocumentTypeDecoration<TData, TVariables>,
  touches: string[],
): Change<TVariables, Payload<TData>> {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const client = useQueryClient()
  const { mutateAsync, isPending, error, data, reset } = useMutation({
    mutationFn: (variables: TVariables) => ask(tenantId, document, variables),
    // Refused ones too: what is shown may be older than what they were refused for.
    onSettled: () =>
      Promise.all(touches.map((key) => client.invalidateQueries({ queryKey: [key, tenantId] }))),
  })
  const payloadOf = (answer: TData) =>
    Object.values(answer as object)[0] as Payload<TData> & { userErrors: UserError[] }
  return {
    async run(variables) {
      const answer = await mutateAsync(variables).catch(() => null)
      const payload = answer && payloadOf(answer)
      return payload && payload.userErrors.length === 0 ? payload : null
    },
    isRunning: isPending,
    error,
    userErrors: data ? payloadOf(data).userErrors : [],
    reset,
  }
}

/** For a Fluent Field: what is to be mended there. */
export function fieldProblem({ userErrors }: { userErrors: UserError[] }, name: string) {
  const found = userErrors.find(({ field }) => field?.includes(name))
  return found ? { validationState: 'error' as const, validationMessage: found.message } : {}
}

/** What concerns no field that is shown. */
export function Problem({
  change: { error, userErrors },
  fields = [],
}: {
  change: Pick<Change<never, unknown>, 'error' | 'userErrors'>
  fields?: string[]
}) {
  if (error instanceof ApiError && error.code === 'STEP_UP_REQUIRED') return <StepUp />
  const found = userErrors.find(({ field }) => !field?.some((name) => fields.includes(name)))
  const text =
    error instanceof ApiError && error.code === 'FORBIDDEN'
      ? 'Your role does not allow this. Ask a Global or Spanning Admin.'
      : found?.code === 'VERSION_CONFLICT'
        ? 'Somebody else changed the settings meanwhile. They are shown as they are now, with your changes kept: look, and save again.'
        : (error?.message ?? found?.message)
  return text ? (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>{text}</MessageBarBody>
    </MessageBar>
  ) : null
}
