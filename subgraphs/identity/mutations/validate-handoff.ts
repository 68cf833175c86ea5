import { auditedWithProof } from '../../../platform/audit/audited.ts'
import { type Finding, firstFailure } from '../assertion/findings.ts'
import { validateClaimsIn } from '../assertion/validate-claims.ts'
import { type SignInContext, signInContext } from '../context.ts'
import type { ReceivedAssertion } from '../handoff/check-before-lock.ts'
import { receiveAssertion } from '../handoff/receive-assertion.ts'
import type { MutationResolvers } from '../schema.types.ts'

/**
 * Runs all checks of `createHandoff`, but does not create a code or consume the `jti`. Records the
 * attempt in the Activity Log.
 */
export const validateHandoff: MutationResolvers['validateHandoff'] = (_, { input }, context) => {
  const signIn = signInContext(context)
  return receiveAssertion(signIn, input.assertion, 'handoff.validated', {
    refused: ({ findings }) => ({ ...summarize(findings), userErrors: [] }),
    received: (received) => validate(signIn, received),
  })
}

async function validate(
  signIn: SignInContext,
  { assertion, homeTenant, tokenFindings }: ReceivedAssertion,
) {
  const action = { action: 'handoff.validated' } as const
  const reply = await auditedWithProof(signIn, homeTenant, action, async (tx) => {
    const result = await validateClaimsIn(tx, signIn, assertion)
    const payload = summarize([...tokenFindings, ...result.findings])
    if (result.accepted) return { payload }
    const { code, message } = result.failure
    return { payload, refused: { code, message, field: null } }
  })
  // `userErrors` stays empty, because `checks` already contains the failed check.
  return { ...reply, userErrors: [] }
}

const summarize = (findings: readonly Finding[]) => ({
  valid: firstFailure(findings) === null,
  checks: [...findings],
})
