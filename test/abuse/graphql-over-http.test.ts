/**
 * The audits of the GraphQL-over-HTTP working group. All MUST audits pass, and all SHOULD audits
 * pass except the audits in the list below.
 */
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  // Three audits use introspection, which is off outside development.
  world = await startWorld({ DEMO: 'on' })
})
afterAll(() => world.stop())

/** Audits that fail on purpose, with the reason. */
const refusedAs400 =
  'Apollo Server answers what cannot be parsed, validated or coerced with 400 under application/json too'
const otherwise: Record<string, string> = {
  '572B': refusedAs400,
  FDE2: refusedAs400,
  '7B9B': refusedAs400,
}

// GET requires a header that pages of other origins can send only after a preflight request.
const fetchFn = (url: string, init: RequestInit = {}) =>
  fetch(url, {
    ...init,
    headers: { 'graphql-require-preflight': '1', ...(init.headers as Record<string, string>) },
  })

describe('audits', () => {
  const audits = serverAudits({ url: () => world.graphqlUrl, fetchFn })
  test.each(audits.map(({ id, name }) => ({ id, name })))('$id $name', async ({ id, name }) => {
    const result = await audits.find((audit) => audit.id === id)!.fn()
    if (name.startsWith('MAY')) return expect(['ok', 'notice']).toContain(result.status)
    expect(result, otherwise[id]).toMatchObject({ status: id in otherwise ? 'warn' : 'ok' })
  })
})
