import { denied } from '../../../platform/lib/errors.ts'
import { signInContext } from '../context.ts'
import { redeemHandoff as redeem } from '../handoff/redeem-handoff.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { signedInPayload } from '../sessions/signed-in-payload.ts'

/**
 * Redeems a handoff code with `binding: client`. Browsers use `POST /connect/:tenantId` instead.
 */
export const redeemHandoff: MutationResolvers['redeemHandoff'] = async (
  _,
  { input: { code } },
  context,
) => {
  if (context.viewer.kind !== 'partner-client') throw denied('UNAUTHENTICATED')
  return signedInPayload(
    context,
    await redeem(signInContext(context), code, { client: context.viewer }),
  )
}
