/** Checkpoints kept outside of the database, a file for each tenant that is only ever appended to: they say if the database was set back. */
import { appendFile, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

/** This log is not to be sealed any further as it is. Only an operator can say how to go on. */
export class SealingStopped extends Error {
  override name = 'SealingStopped'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What the database says does not continue what was stated before. */
export class AnchorAhead extends SealingStopped {
  override name = 'AnchorAhead'
  constructor(message: string) {
    super('ANCHOR_AHEAD', message)
  }
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
  /** @throws AnchorAhead where the furthest anchor of the log's epoch is of a longer log than this, or of another one */
  check(
    tenantId: string,
    head: Stated,
    rootAt: (treeSize: number) => Promise<Buffer>,
  ): Promise<void>
  append(tenantId: string, anchor: Anchor): Promise<void>
}

const furthest = (anchors: Stated[]): Stated | undefined =>
  anchors.toSorted((a, b) => a.epoch - b.epoch || a.treeSize - b.treeSize).at(-1)

/** @param directory made where it is missing */
export function fileAnchors(directory: string): Anchors {
  /** The furthest of each tenant that this process knows of, should the file lose it. */
  const known = new Map<string, Stated>()
  /** Tenants whose files end with a whole line, as far as this process knows. */
  const whole = new Set<string>()
  const fileOf = (tenantId: string) => join(directory, `${tenantId}.jsonl`)

  return {
    async check(tenantId, head, rootAt) {
      // Read each time: other processes seal too, and append here.
      const { anchors, isWhole } = await endOf(fileOf(tenantId))
      if (!isWhole) whole.delete(tenantId)
      const anchor = furthest([...anchors, known.get(tenantId) ?? []].flat())
      if (!anchor || anchor.epoch < head.epoch) return
      if (anchor.epoch > head.epoch || anchor.treeSize > head.treeSize)
        throw new AnchorAhead(
          `${anchor.treeSize} events were stated, and the database holds ${head.treeSize}: it was set back`,
        )
      const root = anchor.treeSize === head.treeSize ? head.rootHash : await rootAt(anchor.treeSize)
      if (!root.equals(anchor.rootHash))
        throw new AnchorAhead(
          `the log does not continue the one of ${anchor.treeSize} events that was stated`,
        )
      known.set(tenantId, anchor)
    },

    async append(tenantId, { epoch, treeSize, rootHash, note }) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      // Whoever died while appending left half a line: what comes begins on one of its own.
      const line = `${whole.has(tenantId) ? '' : '\n'}${JSON.stringify({ epoch, treeSize, rootHash: rootHash.toString('base64'), note })}\n`
      await appendFile(fileOf(tenantId), line, { mode: 0o600, flush: true })
      whole.add(tenantId)
      known.set(
        tenantId,
        furthest([{ epoch, treeSize, rootHash }, known.get(tenantId) ?? []].flat())!,
      )
    },
  }
}

/** Some forty anchors: it is appended to after the commit, so that the furthest need not be the last one, but is among these. */
const tailBytes = 16_384

const isWholeLine = (line: string) => line.startsWith('{') && line.endsWith('}')

/** The last whole lines: one that was cut off by a crash was never anchored. */
async function endOf(path: string): Promise<{ anchors: Stated[]; isWhole: boolean }> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!file) return { anchors: [], isWhole: false }
  try {
    const { size } = await file.stat()
    const length = Math.min(size, tailBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    const anchors = lines
      .slice(0, -1)
      .filter(isWholeLine)
      .map((line) => {
        const { epoch, treeSize, rootHash } = JSON.parse(line) as {
          epoch: number
          treeSize: number
          rootHash: string
        }
        return { epoch, treeSize, rootHash: Buffer.from(rootHash, 'base64') }
      })
    return { anchors, isWhole: lines.at(-1) === '' }
  } finally {
    await file.close()
  }
}
