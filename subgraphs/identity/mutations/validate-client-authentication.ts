import { recordPartnerEvent } from '../../../platform/audit/refusals.ts'
import { firstFailure } from '../assertion/findings.ts'
import { partnerClientActor } from '../assertion/verified-assertion.ts'
import {
  receiveClientAssertion,
  recordRefusal,
} from '../client-authentication/receive-client-assertion.ts'
import {
  type ClientFinding,
  skippedClientClaimChecks,
  validateClientClaims,
} from '../client-authentication/verify-client-assertion.ts'
import { signInContext } from '../context.ts'
import type { MutationResolvers } from '../schema.types.ts'

const action = 'partner_client.validated'

/**
 * Runs all checks of client authentication, but does not consume the `jti`. Records the attempt in
 * the operators' log.
 */
export const validateClientAuthentication: MutationResolvers['validateClientAuthentication'] =
  async (_, { input: { token } }, context) => {
    const signIn = signInContext(context)
    const received = await receiveClientAssertion(signIn, token, action)
    if ('failure' in received)
      return summarize([...received.findings, ...skippedClientClaimChecks()])
    const { value, findings } = received
    const claimFindings = await signIn.db.read(null, (tx) =>
      validateClientClaims(tx, signIn.issuer, value),
    )
    const failure = firstFailure(claimFindings)
    if (failure) await recordRefusal(signIn, token, { action, reason: failure.name })
    else
      await recordPartnerEvent(signIn, partnerClientActor(value.instance), {
        action,
        outcome: 'SUCCEEDED',
      })
    return summarize([...findings, ...claimFindings])
  }

const summarize = (checks: ClientFinding[]) => ({
  valid: firstFailure(checks) === null,
  checks,
  userErrors: [],
})
