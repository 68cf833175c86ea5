/**
 * Runs the gateway and each subgraph as separate processes. Tests can stop, kill and restart each
 * process on the same port.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Part } from '../../gateway/config.ts'
import { type Running, run } from './process.ts'

export interface PartProcess {
  port: number
  pid(): number
  /** Returns the output (stdout and stderr) since the last start of the process. */
  output(): string
  /** Returns whether the process has exited without `stop` or `kill`. */
  hasEnded(): boolean
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
  /** Sends SIGKILL. Resolves when the process has exited. */
  kill(): Promise<void>
  /** Resolves when the process accepts requests. */
  start(): Promise<void>
  /** Sends SIGTERM. Resolves with the exit status. */
  stop(): Promise<number | null>
}

export type Parts = Record<Part, PartProcess>

/** @param more additional environment variables for single processes */
export async function startParts(
  env: Record<string, string>,
  gatewayPort: number,
  more: Partial<Record<Part, Record<string, string>>> = {},
): Promise<Parts> {
  const ports = {
    gateway: gatewayPort,
    tenants: await freePort(),
    identity: await freePort(),
    audit: await freePort(),
  }
  const urls = {
    TENANTS_URL: `http://127.0.0.1:${ports.tenants}`,
    IDENTITY_URL: `http://127.0.0.1:${ports.identity}`,
    AUDIT_URL: `http://127.0.0.1:${ports.audit}`,
  }
  const parts = Object.fromEntries(
    (['tenants', 'identity', 'audit', 'gateway'] as const).map((name) => [
      name,
      part(name, ports[name], { ...env, ...(name === 'gateway' && urls), ...more[name] }),
    ]),
  ) as Parts
  await Promise.all(Object.values(parts).map((one) => one.start()))
  return parts
}

function part(name: Part, port: number, env: Record<string, string>): PartProcess {
  let running: Running | undefined
  let isWanted = false
  let hasEnded = false
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    isWanted = false
    running?.child.kill('SIGCONT')
    running?.child.kill(signal)
    return (await running?.exit) ?? null
  }
  return {
    port,
    pid: () => running!.child.pid!,
    output: () => running!.output(),
    hasEnded: () => hasEnded,
    signal: (signal) => void running!.child.kill(signal),
    async kill() {
      await end('SIGKILL')
    },
    async start() {
      const started = await run(
        'gateway/main.ts',
        [`--only=${name}`],
        { ...env, PORT: String(port) },
        env.DATA_DIR,
      )
      running = started
      isWanted = true
      void started.exit.then(() => {
        if (isWanted && running === started) hasEnded = true
      })
      await started.says(name === 'gateway' ? /is ready/ : /on port \d+/, 90_000)
    },
    stop: () => end('SIGTERM'),
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
