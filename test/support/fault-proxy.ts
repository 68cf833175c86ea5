/**
 * A proxy between a node and its database. It simulates network faults without notifying the node
 * or the database.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface FaultProxy {
  /**
   * The folder of the socket of the proxy. The node connects to this socket instead of the socket
   * of the database.
   */
  socketDir: string
  /** Forwards all bytes immediately, including the bytes that `hold` has buffered. */
  mend(): void
  /**
   * Buffers bytes in both directions, or only from the database to the node, until `mend` is
   * called. Accepts new connections, which then receive no response.
   */
  hold(ways?: 'both' | 'answers'): void
  /** Delays every byte by this number of milliseconds in each direction. */
  delay(ms: number): void
  /** Closes all connections and refuses new connections. */
  cut(): void
  /**
   * Closes all connections and forwards new connections to another server, as when an IP address
   * moves during a failover.
   */
  moveTo(socketDir: string): void
  stop(): Promise<void>
}

const socketIn = (socketDir: string) => join(socketDir, '.s.PGSQL.5432')

export async function startFaultProxy(databaseSocketDir: string): Promise<FaultProxy> {
  const socketDir = await mkdtemp(join(tmpdir(), 'itcl-link-'))
  let target = databaseSocketDir
  let state: { kind: 'open' | 'held' | 'deaf' | 'cut' } | { kind: 'slow'; ms: number } = {
    kind: 'open',
  }
  const ends = new Set<Socket>()
  const held: (() => void)[] = []

  function carry(from: Socket, to: Socket, way: 'asked' | 'answered') {
    const holds = () => state.kind === 'held' || (state.kind === 'deaf' && way === 'answered')
    const waiting: (() => void)[] = []
    const pass = (act: () => void) => {
      if (holds() || waiting.length) {
        waiting.push(act)
        if (waiting.length === 1) held.push(() => waiting.splice(0).forEach((one) => void one()))
      } else if (state.kind === 'slow') setTimeout(act, state.ms)
      else act()
    }
    from.on('data', (bytes) => pass(() => void to.write(bytes)))
    from.on('close', () => pass(() => void to.destroy()))
    from.on('error', () => {})
  }

  const server = createServer((near) => {
    if (state.kind === 'cut') return void near.destroy()
    const far = connect(socketIn(target))
    for (const end of [near, far]) {
      ends.add(end)
      end.once('close', () => ends.delete(end))
    }
    carry(near, far, 'asked')
    carry(far, near, 'answered')
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(socketIn(socketDir), resolve)
  await promise
  await chmod(socketIn(socketDir), 0o777)

  const become = (next: typeof state) => {
    state = next
    if (next.kind === 'open') for (const release of held.splice(0)) release()
  }
  const endAll = () => {
    held.length = 0
    for (const end of ends) end.destroy()
  }
  return {
    socketDir,
    mend: () => become({ kind: 'open' }),
    hold: (ways = 'both') => become({ kind: ways === 'both' ? 'held' : 'deaf' }),
    delay: (ms) => become({ kind: 'slow', ms }),
    cut() {
      become({ kind: 'cut' })
      endAll()
    },
    moveTo(next) {
      target = next
      endAll()
    },
    async stop() {
      endAll()
      const { promise: closed, resolve: close } = Promise.withResolvers<void>()
      server.close(() => close())
      await closed
      await rm(socketDir, { recursive: true, force: true })
    },
  }
}
