/** Shows which keys of a partner instance can be used, and why the other keys are ignored. */
import { lookup } from 'node:dns'
import { eq } from 'drizzle-orm'
import { Agent } from 'undici'
import { partnerInstance, partnerKey } from '../drizzle/tables/tenants.ts'
import { fetchKeySet, type IgnoredKey, type KeySource } from '../platform/auth/key-set.ts'
import { isLoopbackHost, publicAddressLookup } from '../platform/http/public-address.ts'
import { invalid, type Operator } from './operator.ts'

/**
 * Lists the keys of an instance. If the instance publishes its keys, this command fetches the JWKS
 * URL from the operator's machine.
 * @throws OperatorInputError if no such instance is registered, or the JWKS URL fails
 */
export async function listPartnerKeys({ db }: Operator, clientId: string) {
  const { instance, registered } = await db.read(null, async (tx) => ({
    instance: (
      await tx.select().from(partnerInstance).where(eq(partnerInstance.clientId, clientId))
    )[0],
    registered: await tx.select().from(partnerKey).where(eq(partnerKey.clientId, clientId)),
  }))
  if (!instance) invalid('No partner instance is registered under this client ID.')
  const { jwksUrl, jwksAlg } = instance
  const isRevoked = (kid: string) => registered.some((key) => key.kid === kid && key.revokedAt)
  const published =
    jwksUrl === null
      ? { keys: registered.filter(({ publicJwk }) => publicJwk), ignored: [] }
      : await fetchPublished({ jwksUrl, alg: jwksAlg })
  return [
    ...published.keys.map(({ kid, alg }) => ({
      kid,
      alg,
      status: isRevoked(kid) ? 'revoked' : 'usable',
    })),
    ...published.ignored.map(ignoredRow),
  ]
}

const ignoredRow = ({ jwk, reason }: IgnoredKey) => ({
  kid: String(jwk.kid ?? ''),
  alg: String(jwk.alg ?? ''),
  status: `ignored: ${reason}`,
})

async function fetchPublished(source: KeySource) {
  const allowLoopback = isLoopbackHost(new URL(source.jwksUrl).hostname.replace(/^\[|\]$/g, ''))
  const agent = new Agent({
    connect: { lookup: publicAddressLookup(lookup, allowLoopback) as never },
  })
  try {
    return await fetchKeySet(agent, source, allowLoopback)
  } catch (error) {
    return invalid(`The keys at ${source.jwksUrl} could not be read. ${reasonOf(error)}`)
  } finally {
    await agent.destroy()
  }
}

/** Returns the message of the innermost cause, because undici wraps connection errors. */
function reasonOf(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause) inner = inner.cause
  return inner instanceof Error ? inner.message : String(inner)
}
