/** The lines of an export, from bytes that anybody may have made: bounded, in UTF-8, and each JSON that reads only one way. */
import { createReadStream } from 'node:fs'
import { createGunzip, createZstdDecompress } from 'node:zlib'

/** Longer than any event: what an event may hold is bounded where it is written. */
const maxLineBytes = 8_388_608

export class Unreadable extends Error {
  override name = 'Unreadable'
}

/** It ends where no export does. */
export class BrokenOff extends Unreadable {
  override name = 'BrokenOff'
}

export interface Line {
  number: number
  value: Record<string, unknown>
}

/** @param path `-` for standard input; packed where it ends with .gz or .zst */
export function openExport(path: string): AsyncIterable<Buffer> {
  const file = path === '-' ? process.stdin : createReadStream(path)
  if (path.endsWith('.gz')) return file.pipe(piped(file, createGunzip()))
  if (path.endsWith('.zst')) return file.pipe(piped(file, createZstdDecompress()))
  return file
}

function piped<Unpacking extends NodeJS.WritableStream & { destroy(error: Error): unknown }>(
  file: NodeJS.ReadableStream,
  unpacking: Unpacking,
) {
  file.once('error', (error: Error) => unpacking.destroy(error))
  return unpacking
}

/** @throws Unreadable, naming the line */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0
  let rest: Buffer[] = []
  let length = 0
  for await (const chunk of unpacked(bytes)) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)])
      rest = []
      length = 0
      from = end + 1
      yield parsed(line, ++number)
    }
    rest.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > maxLineBytes)
      throw new Unreadable(`Line ${number + 1} is longer than any line of an export.`)
  }
  if (length > 0) throw new BrokenOff(`within line ${number + 1}`)
}

/** What was packed and is not whole is given as far as it goes. */
async function* unpacked(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes
  } catch (error) {
    const isOfPacking = /^(Z_|ZSTD_|ERR_ZLIB)/.test(String((error as NodeJS.ErrnoException).code))
    throw isOfPacking ? new BrokenOff('where it can be unpacked no further') : error
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parsed(line: Buffer, number: number): Line {
  let value: unknown
  let text: string
  try {
    text = utf8.decode(line)
    value = JSON.parse(text)
  } catch {
    throw new Unreadable(`Line ${number} is no JSON.`)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Unreadable(`Line ${number} is no JSON object.`)
  // A member that stands twice, or a number that is rounded, would be read by others as something else than what is checked here.
  if (JSON.stringify(value) !== withoutSpace(text))
    throw new Unreadable(`Line ${number} is JSON that can be read in more than one way.`)
  return { number, value: value as Record<string, unknown> }
}

const withoutSpace = (json: string) =>
  json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '')
