/** The demo's story: `npm run demo`. */
import { afterAll, expect, test } from 'vitest'
import { removeFolders, run } from '../support/process.ts'

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

test('it runs twice on one server, and restores the tenants’ settings', async () => {
  const service = await run('gateway/main.ts')
  const [, url] = await service.says(/GraphQL {6}(http\S+)\/graphql/)
  for (let telling = 0; telling < 2; telling++) {
    const told = await run('demo/story.ts', ['--json'], { GATEWAY_URL: url! }, service.dataDir)
    expect(await told.exit).toBe(0)
    expect(stepsOf(told.output())).toHaveLength(9)
  }
  service.child.kill('SIGTERM')
  expect(await service.exit).toBe(0)
  const again = await run('gateway/main.ts', [], {}, service.dataDir)
  await again.says(/is ready/)
  const { readFile } = await import('node:fs/promises')
  const { tenants } = JSON.parse(await readFile(`${service.dataDir}/demo.json`, 'utf8'))
  expect(
    tenants.map(
      ({
        itCompleteLogin,
        associations,
      }: {
        itCompleteLogin: boolean
        associations: unknown[]
      }) => [itCompleteLogin, associations.length],
    ),
  ).toEqual([
    [false, 0],
    [false, 0],
    [true, 1],
  ])
  again.child.kill('SIGTERM')
  expect(await again.exit).toBe(0)
})

test('it fails at the first unexpected result', async () => {
  const service = await run('gateway/main.ts')
  const [, url] = await service.says(/GraphQL {6}(http\S+)\/graphql/)
  const { readFile, writeFile } = await import('node:fs/promises')
  const path = `${service.dataDir}/demo.json`
  const file = JSON.parse(await readFile(path, 'utf8'))
  file.partnerInstances[0].privateJwk.kid = 'not-registered'
  await writeFile(path, JSON.stringify(file))
  const told = await run('demo/story.ts', ['--json'], { GATEWAY_URL: url! }, service.dataDir)
  expect(await told.exit).toBe(1)
  const steps = stepsOf(told.output())
  expect(steps.at(-1)).toMatchObject({ step: 4, ok: false })
  service.child.kill('SIGTERM')
  expect(await service.exit).toBe(0)
})
