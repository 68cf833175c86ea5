/**
 * Measures the memory and the file descriptors of a running service process. Reads the heap size
 * through the Node.js inspector and the other values from the operating system.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Running } from './process.ts'

/** Environment variables that open the inspector of the process on a free port. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

export interface Held {
  heapMb: number
  rssMb: number
  descriptors: number
  sockets: number
}

export interface Inspector {
  /** Runs a garbage collection, and then measures the process. */
  look(): Promise<Held>
  close(): void
}

export async function inspect({ child, says }: Running): Promise<Inspector> {
  const [, url] = await says(/Debugger listening on (ws:\S+)/)
  const socket = new WebSocket(url!)
  const opened = Promise.withResolvers<void>()
  socket.onopen = () => opened.resolve()
  socket.onerror = () => opened.reject(new Error('The inspector of the process does not answer.'))
  await opened.promise
  const waiting = new Map<number, (result: never) => void>()
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data))
    waiting.get(id)?.(result as never)
    waiting.delete(id)
  }
  let id = 0
  const ask = <T>(method: string): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>()
    waiting.set(++id, resolve as never)
    socket.send(JSON.stringify({ id, method }))
    return promise
  }
  await ask('HeapProfiler.enable')
  return {
    async look() {
      await ask('HeapProfiler.collectGarbage')
      await ask('HeapProfiler.collectGarbage')
      const { usedSize } = await ask<{ usedSize: number }>('Runtime.getHeapUsage')
      return { heapMb: usedSize / 2 ** 20, ...outside(child.pid!) }
    },
    close: () => socket.close(),
  }
}

/** Reads the memory and the file descriptors of a process: from /proc, on macOS by ps and lsof. */
export function outside(pid: number): Omit<Held, 'heapMb'> {
  if (process.platform !== 'linux') return byPrograms(String(pid))
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const folder = `/proc/${pid}/fd`
  const targets = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(`${folder}/${name}`)
    } catch {
      return '' // The descriptor was closed after the folder was listed.
    }
  })
  return {
    rssMb: Number(rss) / 1024,
    descriptors: targets.filter(Boolean).length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
  }
}

function byPrograms(pid: string): Omit<Held, 'heapMb'> {
  const print = (program: string, ...args: string[]) =>
    execFileSync(program, args, { encoding: 'utf8' })
  // With -F, lsof prints one field per line: the descriptor (f21), then its type (tIPv4).
  const files = print('lsof', '-n', '-P', '-p', pid, '-F', 'ft')
  return {
    rssMb: Number(print('ps', '-o', 'rss=', '-p', pid)) / 1024,
    descriptors: files.match(/^f\d+/gm)?.length ?? 0,
    sockets: files.match(/^t(?:IPv[46]|unix|sock)$/gm)?.length ?? 0,
  }
}

/** Returns the slope of the regression line, computed by the method of least squares. */
export function slope(points: [x: number, y: number][]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return above / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}
