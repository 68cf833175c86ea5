/**
 * Stores verified keys and checkpoints in the browser's local storage, to detect later that the log
 * was rewritten or signed with another key. The stored data is public.
 */
import { fromBase64, toBase64 } from '../../../proof/bytes.ts'
import type { Checkpoint } from '../../../proof/checkpoint.ts'

const maxEntries = 50
const [keysItem, checkpointsItem] = ['activity-log-keys', 'activity-log-checkpoints']

function read<Value>(item: string): Record<string, Value> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(item) ?? '{}')
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, Value>)
      : {}
  } catch {
    return {}
  }
}

function write(item: string, values: Record<string, unknown>): void {
  const newest = Object.fromEntries(Object.entries(values).slice(-maxEntries))
  try {
    localStorage.setItem(item, JSON.stringify(newest))
  } catch {
    // Ignores an unavailable storage. Later verifications then find no stored keys and checkpoints.
  }
}

/**
 * Returns the time when this verifier key was first stored, in ISO 8601 format. Returns null if the
 * key is not stored.
 */
export function keyKnownSince(verifierKey: string): string | null {
  const since: unknown = read(keysItem)[verifierKey]
  return typeof since === 'string' ? since : null
}

/** Returns true if any key with this name is stored. */
export const isKeyNameKnown = (name: string): boolean =>
  Object.keys(read(keysItem)).some((verifierKey) => verifierKey.split('+')[0] === name)

export function rememberKeys(verifierKeys: string[]): void {
  const known = read<string>(keysItem)
  for (const key of verifierKeys) known[key] ??= new Date().toISOString()
  write(keysItem, known)
}

export function rememberedCheckpoint(tenantId: string): Checkpoint | null {
  const { origin, treeSize, rootHash } =
    read<{ origin?: unknown; treeSize?: unknown; rootHash?: unknown }>(checkpointsItem)[tenantId] ??
    {}
  const root = typeof rootHash === 'string' ? fromBase64(rootHash) : null
  return typeof origin === 'string' && Number.isSafeInteger(treeSize) && root?.length === 32
    ? { origin, treeSize: treeSize as number, rootHash: root }
    : null
}

/** Stores the checkpoint if it is newer than the stored checkpoint of the same log. */
export function rememberCheckpoint(
  tenantId: string,
  { origin, treeSize, rootHash }: Checkpoint,
): void {
  const before = rememberedCheckpoint(tenantId)
  if (before && before.origin === origin && before.treeSize >= treeSize) return
  const { [tenantId]: _, ...others } = read(checkpointsItem)
  write(checkpointsItem, {
    ...others,
    [tenantId]: { origin, treeSize, rootHash: toBase64(rootHash) },
  })
}
