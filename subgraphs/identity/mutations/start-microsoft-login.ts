import { signInContext } from '../context.ts'
import { providerUnavailable } from '../microsoft/provider-unavailable.ts'
import { startMicrosoftLogin as start } from '../microsoft/start-microsoft-login.ts'
import { tenantLocator } from '../microsoft/tenant-locator.ts'
import type { MutationResolvers } from '../schema.types.ts'

export const startMicrosoftLogin: MutationResolvers['startMicrosoftLogin'] = async (
  _,
  { input: { tenant, stepUp } },
  context,
) => {
  const locator = tenantLocator(tenant)
  if (!locator) {
    const message = 'Set either `id` or `domain`, with at most 253 characters.'
    return { userErrors: [{ code: 'INVALID_VALUE', field: ['tenant'], message }] }
  }
  const { authorizationUrl, secret } = await start(signInContext(context), {
    client: 'native',
    locator,
    stepUp: stepUp ?? false,
  }).catch(providerUnavailable(context))
  return { authorizationUrl, transactionSecret: secret, userErrors: [] }
}
