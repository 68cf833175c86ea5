import type { PartnerInstance } from '../../../../drizzle/reads/partner-instances.ts'
import type { PinnedKey } from '../../../../platform/auth/jwk.ts'
import { isPlainText } from '../../../../platform/lib/text.ts'
import type { Jws } from '../../jwt/jws.ts'
import { CheckFailed } from './check.ts'

/** Finds partner instances and their public keys. The KEY check uses this interface. */
export interface KeyRegistry {
  findInstance(issuer: string): Promise<PartnerInstance | undefined>
  findKey(
    instance: PartnerInstance,
    header: Readonly<Record<string, unknown>>,
  ): Promise<PinnedKey | undefined>
}

/**
 * Finds the public key that matches `iss`, `kid` and `alg`. `iss` is not verified yet and is used
 * only for this lookup. An unknown issuer and an unknown key cause the same error message, so that
 * an attacker cannot find out which issuers are registered.
 */
export async function checkKey(
  { header, claims: { iss } }: Jws,
  registry: KeyRegistry,
): Promise<{ instance: PartnerInstance; key: PinnedKey }> {
  const isIssuer = typeof iss === 'string' && isPlainText(iss, 2048)
  const instance = isIssuer ? await registry.findInstance(iss) : undefined
  const key = instance && (await registry.findKey(instance, header))
  if (!instance || !key)
    throw new CheckFailed(
      "`kid` and `alg` must match a key of `iss` that is registered here, or published at the issuer's registered JWKS URL, and not revoked.",
    )
  return { instance, key }
}
