/** Secrets in names, headers or claims are not recorded. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { createHandoff } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { forgedAssertion } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

test('a token in user agent, target, reason or claims is redacted', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const [, secret] = admin.bearer.split('.')
  const agent = { 'user-agent': `curl Bearer ${admin.bearer}` }

  // A known user requests a tenant of this name.
  const revoke =
    'mutation ($input: RevokeFederatedSessionsInput!) { revokeFederatedSessions(input: $input) { userErrors { code } } }'
  expect(
    (await world.ask(admin, revoke, { input: { tenantId: admin.bearer } }, agent)).codes,
  ).toEqual(['FORBIDDEN'])
  // A partner sends it as the reason.
  const stated = forgedAssertion(world, world.vsa, tenant.id, {
    reason: `see ${admin.bearer}`,
    ticket: 'T-1',
  })
  expect(
    (await world.ask(null, createHandoff, { input: { assertion: stated } }, agent)).data
      .createHandoff.userErrors,
  ).toEqual([])
  // An anonymous caller claims it.
  const claimed = `${forgedAssertion(world, world.vsa, tenant.id, { sub: admin.bearer, jti: randomUUID() }).slice(0, -86)}${'A'.repeat(86)}`
  expect(
    (await world.ask(null, createHandoff, { input: { assertion: claimed } }, agent)).data
      .createHandoff.userErrors,
  ).toHaveLength(1)

  const { owner } = world.database
  const [dump] = await owner`
    select (select string_agg(to_jsonb(a)::text, ' ') from audit.activity a) || (select string_agg(to_jsonb(o)::text, ' ') from audit.operator_activity o) as text`
  expect(dump!.text).not.toContain(secret)
  expect(dump!.text.match(/\(secret\)/g)!.length).toBeGreaterThanOrEqual(5)
  const [row] = await activityRows(world.database, {
    tenantId: tenant.id,
    action: 'authorization.denied',
  })
  expect(row).toMatchObject({
    user_agent: 'curl Bearer (secret)',
    target: { id: '(secret)', displayName: 'revokeFederatedSessions' },
  })
})
