/** Opens the file of an export: decompresses it, and refuses files that are something else. */
import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib'
import { describeOtherFile } from './other-files.ts'
import { MalformedFile } from './read-lines.ts'

/** The file is not an export in NDJSON, so nothing can be said about manipulations. */
export class NotAnExport extends Error {
  override name = 'NotAnExport'
}

/** The number of bytes from which the kind of a file is recognised. */
const headBytes = 512

const gzipMagic = Buffer.from([0x1f, 0x8b])
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/**
 * Opens an export in NDJSON when its content is read, so that at most one of 1,000 files is open.
 * `-` is standard input. The content shows whether the export is compressed, not the name.
 * @throws NotAnExport when the file is something else
 */
export async function* openExport(path: string): AsyncGenerator<Buffer> {
  const stored = await peek(path === '-' ? process.stdin : createReadStream(path))
  const content = stored.head.subarray(0, 2).equals(gzipMagic)
    ? await peek(decompress(stored.bytes, createGunzip()))
    : stored.head.subarray(0, 4).equals(zstdMagic)
      ? await peek(decompress(stored.bytes, createZstdDecompress()))
      : stored
  const other = describeOtherFile(content.head)
  if (other !== null) {
    await content.bytes.return(undefined)
    throw new NotAnExport(`${path === '-' ? 'Standard input' : path} ${other}`)
  }
  yield* content.bytes
}

/**
 * @throws MalformedFile when bytes follow that the decompressor leaves out, for example a second
 * Zstandard frame, because another program could read events in them
 */
async function* decompress(
  bytes: AsyncIterable<Buffer>,
  decompressor: Gunzip | ZstdDecompress,
): AsyncGenerator<Buffer> {
  let length = 0
  async function* counted() {
    for await (const chunk of bytes) {
      length += chunk.length
      yield chunk
    }
  }
  // The iterator of the decompressor throws the error of each stream, so the callback ignores it.
  yield* pipeline(Readable.from(counted()), decompressor, () => {})
  const unread = length - decompressor.bytesWritten
  if (unread > 0)
    throw new MalformedFile(
      `The last ${unread} bytes of the file are after the end of its compressed data. The service does not write them.`,
    )
}

/** Reads the first bytes of a file. `bytes` yields the whole file, including the first bytes. */
async function peek(
  file: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; bytes: AsyncGenerator<Buffer> }> {
  const bytes = withHead(file)
  const { value } = await bytes.next()
  return { head: value ?? Buffer.alloc(0), bytes: replay(value, bytes) }
}

/** Yields at least `headBytes` first, unless the file is shorter, and then the other bytes. */
async function* withHead(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0)
  for await (const chunk of file) {
    if (head === null) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < headBytes) continue
    yield head
    head = null
  }
  if (head) yield head
}

async function* replay(head: Buffer | undefined, rest: AsyncGenerator<Buffer>) {
  try {
    if (head) yield head
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
