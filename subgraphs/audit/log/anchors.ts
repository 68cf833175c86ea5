/**
 * Stores copies of checkpoints (anchors) outside the database, in one append-only file per tenant.
 * The sequencer compares the database with the anchors to detect a rewritten or restored database.
 */
import { appendFile, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../../../proof/bytes.ts'
import { AnchorAhead } from './sealing-stopped.ts'

/** The state of a log at a checkpoint. */
export interface LogHead {
  epoch: number
  treeSize: number
  /** The SHA-256 root hash, 32 bytes. */
  rootHash: Uint8Array
}

export interface Anchor extends LogHead {
  /** The signed checkpoint. */
  note: string
}

export interface Anchors {
  /**
   * Compares the database with the newest anchor.
   * @param rootAt computes the root hash of the stored tree at a smaller size
   * @throws AnchorAhead when the anchor has a later epoch, a larger tree or a different root hash
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

/**
 * Stores anchors in files.
 * @param directory the directory of the anchor files; created when it does not exist
 */
export function fileAnchors(directory: string): Anchors {
  /**
   * The newest known anchor of each tenant. The copy in memory is used when the file is deleted.
   */
  const known = new Map<string, LogHead>()
  /** The tenants whose anchor files end with a complete line. */
  const endsWithLine = new Set<string>()
  const fileOf = (tenantId: string) => join(directory, `${tenantId}.jsonl`)
  const withKnown = (tenantId: string, heads: LogHead[]) =>
    newest([...heads, known.get(tenantId) ?? []].flat())

  return {
    async check(tenantId, head, rootAt) {
      // Read the file each time, because other processes append to the same file.
      const { anchors, isComplete } = await readEnd(fileOf(tenantId))
      if (!isComplete) endsWithLine.delete(tenantId)
      const anchor = withKnown(tenantId, anchors)
      if (!anchor || anchor.epoch < head.epoch) return
      if (anchor.epoch > head.epoch || anchor.treeSize > head.treeSize)
        throw new AnchorAhead(
          `The newest anchor has ${anchor.treeSize} events, but the database has only ${head.treeSize} events. The database was restored to an earlier state.`,
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
      // A process that crashed during an append may have left an incomplete line.
      const text = endsWithLine.has(tenantId) ? line : `\n${line}`
      await appendFile(fileOf(tenantId), text, { mode: 0o600, flush: true })
      endsWithLine.add(tenantId)
      const anchor = withKnown(tenantId, [{ epoch, treeSize, rootHash }])
      if (anchor) known.set(tenantId, anchor)
    },
  }
}

/**
 * The number of bytes to read from the end of an anchor file: about 40 anchors. Processes append
 * anchors after their commits, so the newest anchor may be some lines before the end.
 */
const tailBytes = 16_384

const isCompleteLine = (line: string) => line.startsWith('{') && line.endsWith('}')

/** Reads the anchors at the end of a file. Ignores incomplete lines. */
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
