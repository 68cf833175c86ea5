/** The console as it stands in the checkout is what the tests look at: built once, before any of them runs. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const script = join(import.meta.dirname, '../../../scripts/build-console.ts')

export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [script], { timeout: 120_000 })
}
