import type { PartnerInstance } from '../../../../drizzle/reads/partner-instances.ts'
import type { PinnedKey } from '../../../../platform/auth/jwk.ts'
import { isPlainText } from '../../../../platform/lib/text.ts'
import type { Jws } from '../../jwt/jws.ts'
import type { PublishedKeys } from '../../jwt/published-keys.ts'
import { ignoredKeyReason, registeredKey } from '../../jwt/registered-key.ts'
import { CheckFailed, quoted, received } from './check.ts'

/** Finds partner instances and their public keys. The KEY check uses this interface. */
export interface KeyRegistry {
  /** Finds an instance by the `iss` of its token. */
  findInstance(iss: string): Promise<PartnerInstance | undefined>
  findKey(instance: PartnerInstance, jws: Jws): Promise<PinnedKey | undefined>
  /** Returns why the published key that signed the token is ignored, if it is ignored. */
  ignoredKeyReason(instance: PartnerInstance, jws: Jws): Promise<string | undefined>
}

/** Creates the registry of the partners' registered and published keys. */
export const keyRegistry = (
  publishedKeys: PublishedKeys,
  findInstance: KeyRegistry['findInstance'],
): KeyRegistry => ({
  findInstance,
  findKey: (instance, jws) => registeredKey(publishedKeys, instance, jws.header),
  ignoredKeyReason: (instance, jws) => ignoredKeyReason(publishedKeys, instance, jws),
})

/**
 * Finds the public key that matches `iss`, `kid` and `alg`. `iss` is not verified yet and is used
 * only for this lookup. An unknown issuer and an unknown key cause the same error message, so that
 * an attacker cannot find out which issuers are registered. It repeats only what the token says.
 * @throws PartnerKeysUnavailable if the JWKS URL of the issuer fails
 */
export async function checkKey(
  jws: Jws,
  registry: KeyRegistry,
): Promise<{ instance: PartnerInstance; key: PinnedKey }> {
  const { iss } = jws.claims
  const { kid, alg } = jws.header
  if (typeof kid !== 'string')
    throw new CheckFailed(
      kid === undefined
        ? 'The header must contain `kid`, the ID of the key that signed the token.'
        : `\`kid\` must be a string; it was \`${quoted(kid)}\`.`,
    )
  const isIssuer = typeof iss === 'string' && isPlainText(iss, 2048)
  const instance = isIssuer ? await registry.findInstance(iss) : undefined
  const key = instance && (await registry.findKey(instance, jws))
  if (instance && key) return { instance, key }
  const reason = instance && (await registry.ignoredKeyReason(instance, jws))
  throw new CheckFailed(
    reason
      ? `The key \`${quoted(kid)}\` at the registered JWKS URL cannot be used. ${reason}`
      : `${unknownKeyMessage}; ${received('iss', iss)}, ${received('kid', kid)}, ${received('alg', alg)}.`,
  )
}

const unknownKeyMessage =
  "`kid` and `alg` must match a key of `iss` that is registered here, or published at the issuer's registered JWKS URL, and not revoked"
