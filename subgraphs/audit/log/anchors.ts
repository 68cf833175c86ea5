/**
 * Keeps copies of checkpoints outside of the database, in one append-only file per tenant. They
 * show whether the database was restored to an earlier state or rewritten.
 */
import { appendFile, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../../../proof/bytes.ts'
import { AnchorAhead } from './sealing-stopped.ts'

/** The state of a log at a checkpoint. */
export interface LogHead {
  epoch: number
  treeSize: number
  /** 32 bytes. */
  rootHash: Uint8Array
}

export interface Anchor extends LogHead {
  /** The signed checkpoint. */
  note: string
}

export interface Anchors {
  /**
   * @param rootAt computes the root hash of the stored tree at a smaller size
   * @throws AnchorAhead when the newest anchor of the epoch is of a larger or of a different tree
   */
  check(
    tenantId: string,
    head: LogHead,
    rootAt: (treeSize: number) => Promise<Uint8Array>,
  ): Promise<void>
  append(tenantId: string, anchor: Anchor): Promise<void>
}

const newest = (heads: LogHead[]): LogHead | undefined =>
  heads.toSorted((a, b) => a.epoch - b.epoch || a.treeSize - b.treeSize).at(-1)

/** @param directory created when it does not exist */
export function fileAnchors(directory: string): Anchors {
  /** The newest anchors that this process has seen, in case the file is deleted. */
  const known = new Map<string, LogHead>()
  /** Tenants whose files end with a complete line, as far as this process knows. */
  const endsWithLine = new Set<string>()
  const fileOf = (tenantId: string) => join(directory, `${tenantId}.jsonl`)
  const withKnown = (tenantId: string, heads: LogHead[]) =>
    newest([...heads, known.get(tenantId) ?? []].flat())

  return {
    async check(tenantId, head, rootAt) {
      // Read each time, because other processes append to the same file.
      const { anchors, isComplete } = await readEnd(fileOf(tenantId))
      if (!isComplete) endsWithLine.delete(tenantId)
      const anchor = withKnown(tenantId, anchors)
      if (!anchor || anchor.epoch < head.epoch) return
      if (anchor.epoch > head.epoch || anchor.treeSize > head.treeSize)
        throw new AnchorAhead(
          `The newest anchor has ${anchor.treeSize} events, but the database has ${head.treeSize}: it was restored to an earlier state.`,
        )
      const root = anchor.treeSize === head.treeSize ? head.rootHash : await rootAt(anchor.treeSize)
      if (!equalBytes(root, anchor.rootHash))
        throw new AnchorAhead(
          `The first ${anchor.treeSize} events in the database do not have the root hash of the newest anchor.`,
        )
      known.set(tenantId, anchor)
    },

    async append(tenantId, { epoch, treeSize, rootHash, note }) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const root = Buffer.from(rootHash).toString('base64')
      const line = `${JSON.stringify({ epoch, treeSize, rootHash: root, note })}\n`
      // A process that died while it appended may have left an incomplete line.
      const text = endsWithLine.has(tenantId) ? line : `\n${line}`
      await appendFile(fileOf(tenantId), text, { mode: 0o600, flush: true })
      endsWithLine.add(tenantId)
      const anchor = withKnown(tenantId, [{ epoch, treeSize, rootHash }])
      if (anchor) known.set(tenantId, anchor)
    },
  }
}

/**
 * About 40 anchors. Processes append after they commit, so that the newest anchor is not always the
 * last line, but it is always among these.
 */
const tailBytes = 16_384

const isCompleteLine = (line: string) => line.startsWith('{') && line.endsWith('}')

/** Reads the anchors at the end of a file. An incomplete line is ignored. */
async function readEnd(path: string): Promise<{ anchors: LogHead[]; isComplete: boolean }> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!file) return { anchors: [], isComplete: false }
  try {
    const { size } = await file.stat()
    const length = Math.min(size, tailBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    const anchors = lines.slice(0, -1).filter(isCompleteLine).map(parseAnchor)
    return { anchors, isComplete: lines.at(-1) === '' }
  } finally {
    await file.close()
  }
}

function parseAnchor(line: string): LogHead {
  const { epoch, treeSize, rootHash } = JSON.parse(line) as {
    epoch: number
    treeSize: number
    rootHash: string
  }
  return { epoch, treeSize, rootHash: Buffer.from(rootHash, 'base64') }
}
