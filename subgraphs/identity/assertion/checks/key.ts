import type { PartnerInstance } from '../../../../drizzle/reads.ts'
import type { PinnedKey } from '../../../../platform/auth/jwk.ts'
import { isPlainText } from '../../../../platform/lib/text.ts'
import type { Jws } from '../../jwt/jws.ts'
import { CheckFailed } from './check.ts'

/** The source of partner instances and their keys for the KEY check. */
export interface KeyRegistry {
  findInstance(issuer: string): Promise<PartnerInstance | undefined>
  findKey(
    instance: PartnerInstance,
    header: Readonly<Record<string, unknown>>,
  ): Promise<PinnedKey | undefined>
}

/**
 * Finds the registered key for `iss`, `kid` and `alg`. `iss` is not verified yet and is used only
 * for this lookup. An unknown issuer and an unknown key give the same message, so that callers
 * cannot find out which issuers are registered.
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
