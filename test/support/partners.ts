/** Registers partner instances, as an operator does. */
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Operator } from '../../admin/operator.ts'
import { registerPartnerInstance } from '../../admin/partner-instances.ts'
import type { Technician } from '../../demo/partner.ts'
import type { PartnerPlatform } from '../../drizzle/tables/shared.ts'
import type { Partner } from './world.ts'

export const registerPartners = async (
  operator: Operator,
): Promise<{ vsa: Partner; uniview: Partner }> => ({
  vsa: await registerPartner(operator, 'KASEYA_VSA', 'Northwind VSA', 'northwind-vsa', [
    'nw-1',
    'nw-2',
  ]),
  uniview: await registerPartner(
    operator,
    'UNITRENDS_UNIVIEW',
    'Tailspin UniView',
    'tailspin-uniview',
    ['ts-1', 'ts-2'],
  ),
})

async function registerPartner(
  operator: Operator,
  platform: PartnerPlatform,
  name: string,
  clientId: string,
  subjects: [string, string],
): Promise<Partner> {
  const privateJwk = await newPrivateKey(`${clientId}-1`)
  const issuer = `https://${clientId}.example`
  await registerPartnerInstance(operator, {
    platform,
    name,
    clientId,
    issuer,
    handoffUrl: `https://${clientId}.example/handoff`,
    keys: [privateJwk],
  })
  const technician = (sub: string): Technician => ({
    sub,
    name: `Tech ${sub}`,
    email: `${sub}@${clientId}.example`,
  })
  return {
    platform,
    name,
    clientId,
    issuer,
    privateJwk,
    technicians: [technician(subjects[0]), technician(subjects[1])],
  }
}

export async function newPrivateKey(kid: string, alg = 'EdDSA'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), alg, kid }
}
