/** Global setup: builds the console from the checkout once, before the browser tests run. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const script = join(import.meta.dirname, '../../../scripts/build-console.ts')

export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [script], { timeout: 120_000 })
}
