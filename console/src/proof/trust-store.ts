/** What this browser saw of logs and keys, so that a log that was rewritten, or signed by somebody else, is found later. Nothing secret. */
import { fromBase64, toBase64 } from './bytes.ts'
import type { Checkpoint } from './note.ts'

const most = 50
const [keysAt, logsAt] = ['activity-log-keys', 'activity-log-checkpoints']

function read<Value>(name: string): Record<string, Value> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? '{}')
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, Value>)
      : {}
  } catch {
    return {}
  }
}

function write(name: string, values: Record<string, unknown>): void {
  try {
    localStorage.setItem(
      name,
      JSON.stringify(Object.fromEntries(Object.entries(values).slice(-most))),
    )
  } catch {
    // A browser that remembers nothing verifies as on its first visit.
  }
}

/** When a key, or any key of a name, was first seen. */
export function firstSeen(key: string, isName = false): string | null {
  const found = Object.entries(read<string>(keysAt)).find(([text]) =>
    isName ? text.split('+')[0] === key : text === key,
  )
  return typeof found?.[1] === 'string' ? found[1] : null
}

export function rememberKeys(keys: string[]): void {
  const seen = read<string>(keysAt)
  for (const key of keys) seen[key] ??= new Date().toISOString()
  write(keysAt, seen)
}

export function rememberedCheckpoint(tenantId: string): Checkpoint | null {
  const { origin, treeSize, rootHash } =
    read<{ origin?: unknown; treeSize?: unknown; rootHash?: unknown }>(logsAt)[tenantId] ?? {}
  const root = typeof rootHash === 'string' ? fromBase64(rootHash) : null
  return typeof origin === 'string' && Number.isSafeInteger(treeSize) && root?.length === 32
    ? { origin, treeSize: treeSize as number, rootHash: root }
    : null
}

/** The newest of each log. */
export function rememberCheckpoint(
  tenantId: string,
  { origin, treeSize, rootHash }: Checkpoint,
): void {
  const before = rememberedCheckpoint(tenantId)
  if (before && before.origin === origin && before.treeSize >= treeSize) return
  const { [tenantId]: _, ...others } = read<unknown>(logsAt)
  write(logsAt, { ...others, [tenantId]: { origin, treeSize, rootHash: toBase64(rootHash) } })
}
