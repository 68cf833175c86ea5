/** Handoff URLs: https, and http on loopback only in a database with the demo. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { registerPartnerInstance, setHandoffUrl } from '../../admin/partner-instances.ts'
import { createTenant } from '../../admin/tenants.ts'
import { newPrivateKey } from '../support/partners.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const local = [
  'http://localhost:8080/connect-o365',
  'http://LOCALHOST/',
  'http://127.0.0.1:8080/?a=b',
  'http://[::1]:8080/',
]
const refusedAlways = [
  'http://vsa.example/',
  'http://192.168.1.2:8080/',
  'http://localhost.example/',
  'http://127.0.0.1.example/',
  'http://localhost/#fragment',
  'http://user@localhost/',
  'ftp://localhost/',
  'javascript:alert(1)',
  'localhost:8080',
]

/** Registers an instance, and changes another one. Returns whether the URL is accepted by both. */
async function isAccepted(handoffUrl: string): Promise<boolean> {
  const clientId = `vsa-${randomUUID()}`
  const results = await Promise.allSettled([
    registerPartnerInstance(world.operator, {
      platform: 'KASEYA_VSA',
      name: 'My VSA',
      clientId,
      issuer: `https://${clientId}.example`,
      handoffUrl,
      keys: [await newPrivateKey(clientId)],
    }),
    setHandoffUrl(world.operator, world.vsa.clientId, handoffUrl),
  ])
  for (const { reason } of results.filter((one) => one.status === 'rejected'))
    expect(reason.message).toMatch(/^The handoff URL must start with https:\/\//)
  const [registered, changed] = results.map(({ status }) => status === 'fulfilled')
  expect(registered).toBe(changed)
  return registered!
}

const accepted = async (urls: string[]) => {
  const found: string[] = []
  for (const url of urls) if (await isAccepted(url)) found.push(url)
  return found
}

test('plain http is refused without the demo, also on loopback', async () => {
  expect(await accepted([...local, ...refusedAlways])).toEqual([])
  expect(await accepted(['https://vsa.example/connect-o365'])).toHaveLength(1)
})

test('with the demo, plain http is accepted on loopback only', async () => {
  await createTenant(world.operator, {
    name: 'Demo',
    microsoftTenantId: randomUUID(),
    domains: ['demo.example'],
    demo: true,
  })
  expect(await accepted([...local, ...refusedAlways])).toEqual(local)
})
