import { signInContext } from '../context.ts'
import { completeMicrosoftLogin as complete } from '../microsoft/complete-microsoft-login.ts'
import { providerUnavailable } from '../microsoft/provider-unavailable.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { signedInPayload } from '../sessions/signed-in-payload.ts'

export const completeMicrosoftLogin: MutationResolvers['completeMicrosoftLogin'] = async (
  _,
  { input: { callbackUrl, transactionSecret } },
  context,
) => {
  const completed = await complete(
    signInContext(context),
    'native',
    new URL(callbackUrl),
    transactionSecret,
  ).catch(providerUnavailable(context))
  return signedInPayload(context, completed)
}
