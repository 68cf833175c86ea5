/**
 * The keys and checkpoints that this browser has verified before, in its local storage. They reveal
 * a log that was rewritten, or signed with another key, since then. Nothing here is secret.
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
    // Without storage, each verification is like the first one in this browser.
  }
}

/** Returns when this verifier key was first remembered, in ISO 8601; null when it is new. */
export function keyKnownSince(verifierKey: string): string | null {
  const since: unknown = read(keysItem)[verifierKey]
  return typeof since === 'string' ? since : null
}

/** Returns whether any key of this name is remembered. */
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

/** Remembers the checkpoint, unless a newer one of the same log is remembered. */
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
