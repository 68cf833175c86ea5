/** The demo's story: `npm run demo`. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Actors } from '../../demo/actors.ts'
import type { DemoFile, DemoFileTenant, DemoFileUser } from '../../demo/demo.ts'
import { initializedFolder, type Running, removeFolders, run } from '../support/process.ts'

afterAll(removeFolders)

const stepsOf = (output: string) =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; ok: boolean; exchanges: unknown[] })

test('it runs completely on its own server', async () => {
  const told = await run('demo/story.ts', ['--json'])
  expect(await told.exit).toBe(0)
  expect(stepsOf(told.output()).map(({ step, ok }) => ({ step, ok }))).toEqual(
    Array.from({ length: 9 }, (_, index) => ({ step: index + 1, ok: true })),
  )
})

/** The tests of this block run in this order, on one server. */
describe('on a running server', () => {
  let service: Running
  let url: string
  const ready = /GraphQL {6}(http\S+)\/graphql/
  const demoFile = () => join(service.dataDir, 'demo.json')
  const readDemo = async () => JSON.parse(await readFile(demoFile(), 'utf8')) as DemoFile
  const runStory = () => run('demo/story.ts', ['--json'], { GATEWAY_URL: url }, service.dataDir)
  beforeAll(async () => {
    service = await run('gateway/main.ts', [], {}, await initializedFolder())
    url = (await service.says(ready))[1]!
  })
  afterAll(async () => {
    service.child.kill('SIGTERM')
    expect(await service.exit).toBe(0)
  })

  test('it runs twice, and leaves alone what people do in the console', async () => {
    const { issuer, tenants, partnerInstances, microsoft, story } = await readDemo()
    const actors = new Actors(`${url}/graphql`, issuer)
    const silent = { sent: () => {}, received: () => {} }
    const adminOf = async (tenant: DemoFileTenant, users: DemoFileUser[]) => {
      const user = users.find(
        ({ tenantId, role }) => tenantId === tenant.id && role === 'GLOBAL_ADMIN',
      )
      return (await actors.signInWithMicrosoft(silent, tenant, user!)) as { bearer: string }
    }
    const [contoso] = tenants as [DemoFileTenant]
    const admin = await adminOf(contoso, microsoft.users)
    await actors.associate(silent, admin, contoso, partnerInstances[0]!)
    expect(await actors.enable(silent, admin, contoso)).toBeNull()
    // Also in a tenant of the story: a person removes its Spanning Admin.
    const [litware] = story.tenants as [DemoFileTenant]
    const { objectId } = story.users.find(({ role }) => role === 'SPANNING_ADMIN')!
    const revoke =
      'mutation ($input: RevokeSpanningAdminInput!) { revokeSpanningAdmin(input: $input) { userErrors { code } } }'
    const revoked = await actors.ask(await adminOf(litware, story.users), revoke, {
      input: { tenantId: litware.id, objectId },
    })
    expect(revoked.data.revokeSpanningAdmin).toEqual({ userErrors: [] })

    for (let round = 0; round < 2; round++) {
      const told = await runStory()
      expect(await told.exit).toBe(0)
      expect(stepsOf(told.output())).toHaveLength(9)
    }
    service.child.kill('SIGTERM')
    expect(await service.exit).toBe(0)
    service = await run('gateway/main.ts', [], {}, service.dataDir)
    url = (await service.says(ready))[1]! // writes the demo file again
    const after = await readDemo()
    const stateOf = (all: DemoFileTenant[]) =>
      all.map(({ itCompleteLogin, associations }) => [itCompleteLogin, associations.length])
    expect(stateOf(after.tenants)).toEqual([
      [true, 1],
      [false, 0],
      [true, 1],
    ])
    expect(stateOf(after.story.tenants)).toEqual([
      [false, 0],
      [false, 0],
    ])
  })

  test('it fails at the first unexpected result', async () => {
    const file = await readDemo()
    file.partnerInstances[0]!.privateJwk.kid = 'not-registered'
    await writeFile(demoFile(), JSON.stringify(file))
    const told = await runStory()
    expect(await told.exit).toBe(1)
    const steps = stepsOf(told.output())
    expect(steps.at(-1)).toMatchObject({ step: 4, ok: false })
  })
})
