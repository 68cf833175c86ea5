/** The demo's story: `npm run demo`. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DemoFile } from '../../demo/demo.ts'
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

  test('it runs twice, and restores the tenants’ settings', async () => {
    for (let round = 0; round < 2; round++) {
      const told = await runStory()
      expect(await told.exit).toBe(0)
      expect(stepsOf(told.output())).toHaveLength(9)
    }
    service.child.kill('SIGTERM')
    expect(await service.exit).toBe(0)
    service = await run('gateway/main.ts', [], {}, service.dataDir)
    url = (await service.says(ready))[1]! // writes the demo file again
    const { tenants } = await readDemo()
    expect(
      tenants.map(({ itCompleteLogin, associations }) => [itCompleteLogin, associations.length]),
    ).toEqual([
      [false, 0],
      [false, 0],
      [true, 1],
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
