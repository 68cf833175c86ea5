import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Target } from './load.ts'
import type { Product } from './product.ts'

export interface Limit {
  /** Returns the same request, to the server of limit-server.ts. */
  target(request: Target): Target
  stop(): Promise<void>
}

/** Starts the limit on the database of a running service. */
export async function startLimit({ dataDir, pid }: Product): Promise<Limit> {
  const server = fileURLToPath(new URL('./limit-server.ts', import.meta.url))
  const child = spawn(process.execPath, [server], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const failed = exited.then(() => {
    throw new Error('The server of the limit did not start.')
  })
  const [url] = await Promise.race([once(child.stdout, 'data'), failed])
  failed.catch(() => {})
  return {
    // The database server is a descendant of the service.
    target: (request) => ({ ...request, origin: `${url}`.trim(), pids: [pid, child.pid!] }),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
