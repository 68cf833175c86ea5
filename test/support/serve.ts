/** Starts the service of a world as a single process, or as one process per part. */
import { type Running, run } from './process.ts'
import type { Serve } from './service.ts'

export type Form = 'one' | 'parts'
export type Processes = Map<string, Running>

/**
 * @param processes an empty map. This function adds the started processes under the names `one`, or
 * `tenants`, `identity`, `audit` and `gateway`.
 */
export const inProcesses =
  (form: Form, processes: Processes): Serve =>
  async (env, port, keys) => {
    const start = async (
      name: string,
      args: string[],
      more: Record<string, string>,
      says: RegExp,
    ) => {
      const running = await run('gateway/main.ts', args, { ...env, ...more })
      processes.set(name, running)
      return (await running.says(says, 90_000))[1]!
    }
    const startAll = async () => {
      if (form === 'one') return start('one', [], { PORT: String(port) }, /is ready/)
      const urls: Record<string, string> = {}
      const startSubgraph = async (name: string) => {
        const more = { GATEWAY_PUBLIC_KEYS: keys.publicKey }
        const own = await start(name, [`--only=${name}`], more, /on port (\d+)/)
        urls[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${own}`
      }
      await Promise.all(['tenants', 'identity', 'audit'].map(startSubgraph))
      return start(
        'gateway',
        ['--only=gateway'],
        { ...urls, GATEWAY_PRIVATE_KEY: keys.privateKey, PORT: String(port) },
        /is ready/,
      )
    }
    await startAll().catch((error: unknown) => {
      // Stops the started processes here, because the caller does not receive them.
      for (const { child } of processes.values()) child.kill('SIGKILL')
      throw error
    })
    return [...processes.values()].map(({ child, exit }) => ({
      async stop() {
        child.kill('SIGCONT')
        child.kill('SIGTERM')
        await exit
      },
    }))
  }
