/** The time that the first start takes: it initializes the database and creates the demo's data. */
import { afterAll, expect, test } from 'vitest'
import { removeFolders, run } from '../support/process.ts'

afterAll(removeFolders)

test('the first start is ready within 15 seconds', async () => {
  const started = performance.now()
  const service = await run('gateway/main.ts')
  await service.says(/is ready/, 15_000)
  console.log(`ready after ${((performance.now() - started) / 1_000).toFixed(1)} s`)
  service.child.kill('SIGTERM')
  expect(await service.exit).toBe(0)
})
