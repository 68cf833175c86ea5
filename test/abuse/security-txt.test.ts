/** The contact for reports of vulnerabilities (RFC 9116). */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sharedWorld } from '../support/shared-world.ts'
import { startWorld, type World } from '../support/world.ts'

const expires = '2099-06-30T00:00:00Z'
let world: World
beforeAll(async () => {
  world = await startWorld({
    SECURITY_CONTACT: 'mailto:security@example.com, https://example.com/report',
    SECURITY_CONTACT_EXPIRES: expires,
  })
})
afterAll(() => world.stop())
const securityTxt = ({ url }: World) => fetch(`${url}/.well-known/security.txt`)

test('security.txt has the configured contacts until they expire', async () => {
  const answer = await securityTxt(world)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; charset=utf-8',
  ])
  expect(await answer.text()).toBe(
    [
      'Contact: mailto:security@example.com',
      'Contact: https://example.com/report',
      `Expires: ${expires}`,
      `Canonical: ${world.url}/.well-known/security.txt`,
      '',
    ].join('\n'),
  )
  try {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(expires) })
    expect((await securityTxt(world)).status).toBe(404)
  } finally {
    vi.useRealTimers()
  }
})

test('security.txt is not served when it is not configured', async () => {
  expect((await securityTxt(await sharedWorld())).status).toBe(404)
})
