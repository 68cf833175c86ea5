/** Checkpoints kept outside of the database, a file for each tenant that is only ever appended to: they say if the database was set back. */
import { appendFile, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

/** What the database says does not continue what was stated before. Only an operator can say how to go on. */
export class AnchorAhead extends Error {
  override name = 'AnchorAhead'
}

export interface Anchor {
  epoch: number
  treeSize: number
  rootHash: Buffer
  /** The signed checkpoint. */
  note: string
}

type Stated = Pick<Anchor, 'epoch' | 'treeSize' | 'rootHash'>

export interface Anchors {
  /** @throws AnchorAhead where the newest anchor of the log's epoch is of a longer log than this, or of another one */
  check(tenantId: string, head: Stated, rootAt: (treeSize: number) => Promise<Buffer>): Promise<void>
  append(tenantId: string, anchor: Anchor): Promise<void>
}

/** @param directory made where it is missing */
export function fileAnchors(directory: string): Anchors {
  /** The newest of each tenant, as this process knows it. */
  const newest = new Map<string, Stated>()
  const fileOf = (tenantId: string) => join(directory, `${tenantId}.jsonl`)

  return {
    async check(tenantId, head, rootAt) {
      const anchor = newest.get(tenantId) ?? (await lastOf(fileOf(tenantId)))
      if (!anchor || anchor.epoch < head.epoch) return
      if (anchor.epoch > head.epoch || anchor.treeSize > head.treeSize)
        throw new AnchorAhead(`${anchor.treeSize} events were stated, and the database holds ${head.treeSize}: it was set back`)
      const isSame = newest.has(tenantId) && anchor.treeSize === head.treeSize ? head.rootHash : await rootAt(anchor.treeSize)
      if (!isSame.equals(anchor.rootHash))
        throw new AnchorAhead(`the log does not continue the one of ${anchor.treeSize} events that was stated`)
      newest.set(tenantId, anchor)
    },

    async append(tenantId, { epoch, treeSize, rootHash, note }) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      // Whoever died while appending left half a line: what comes begins on one of its own.
      const line = `${newest.has(tenantId) ? '' : '\n'}${JSON.stringify({ epoch, treeSize, rootHash: rootHash.toString('base64'), note })}\n`
      await appendFile(fileOf(tenantId), line, { mode: 0o600, flush: true })
      newest.set(tenantId, { epoch, treeSize, rootHash })
    },
  }
}

const tailBytes = 16_384

const isWhole = (line: string) => line.startsWith('{') && line.endsWith('}')

/** The last whole line: one that was cut off by a crash was never anchored. */
async function lastOf(path: string): Promise<Stated | null> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!file) return null
  try {
    const { size } = await file.stat()
    const length = Math.min(size, tailBytes)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const line = buffer.toString().split('\n').slice(0, -1).findLast(isWhole)
    if (!line) return null
    const { epoch, treeSize, rootHash } = JSON.parse(line) as { epoch: number; treeSize: number; rootHash: string }
    return { epoch, treeSize, rootHash: Buffer.from(rootHash, 'base64') }
  } finally {
    await file.close()
  }
}
