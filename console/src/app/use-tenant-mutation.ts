/**
 * A hook that sends a mutation for the page's tenant and returns the user errors of the payload.
 */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { requestGraphql } from './graphql.ts'

export interface UserError {
  code: string
  field: string[] | null
  message: string
}

/** One array for all renders, so that it can be a dependency of an effect. */
const noErrors: UserError[] = []

type Payload<TData> = NonNullable<TData[keyof TData]>

export interface TenantMutation<TVariables, TPayload> {
  /** Returns the payload, or null if the mutation was refused or has user errors. */
  run(variables: TVariables): Promise<TPayload | null>
  isRunning: boolean
  error: Error | null
  userErrors: UserError[]
  /** Forgets the last answer. */
  reset(): void
}

/**
 * @param affectedQueries the queries to refetch after the mutation, identified by the first element
 * of the query key, such as 'settings'
 */
export function useTenantMutation<TData, TVariables>(
  document: DocumentTypeDecoration<TData, TVariables>,
  affectedQueries: string[],
): TenantMutation<TVariables, Payload<TData>> {
  const { tenantId } = useParams({ from: '/t/$tenantId' })
  const client = useQueryClient()
  const { mutateAsync, isPending, error, data, reset } = useMutation({
    mutationFn: (variables: TVariables) => requestGraphql(tenantId, document, variables),
    // Refetches the queries even after a refused mutation, because the page may show old data.
    onSettled: () =>
      Promise.all(
        affectedQueries.map((key) => client.invalidateQueries({ queryKey: [key, tenantId] })),
      ),
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
    userErrors: data ? payloadOf(data).userErrors : noErrors,
    reset,
  }
}
