/**
 * Reads the lines of an export file. The length of a line is limited, because the file is not
 * trusted.
 */

/** The maximum length of a line: 8 MiB. The service limits events to a smaller size. */
const maxLineBytes = 8_388_608

/** The file cannot be verified, because the file is not a valid export. */
export class MalformedFile extends Error {
  override name = 'MalformedFile'
}

/** The file is incomplete, for example because a download was interrupted. */
export class TruncatedFile extends Error {
  override name = 'TruncatedFile'
  /** The position at which the file ends, such as "within line 7". */
  readonly where: string
  constructor(where: string) {
    super(`The file is truncated ${where}.`)
    this.where = where
  }
}

export interface Line {
  /** The line number, starting at 1. */
  number: number
  value: Record<string, unknown>
}

/**
 * Splits an export into lines and parses them.
 * @throws MalformedFile when a line is too long, or is not an unambiguous JSON object in UTF-8
 * @throws TruncatedFile when the file ends within a line
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0
  let rest: Buffer[] = []
  let length = 0
  for await (const chunk of untilTruncated(bytes)) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)])
      rest = []
      length = 0
      from = end + 1
      yield parseLine(line, ++number)
    }
    rest.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > maxLineBytes)
      throw new MalformedFile(
        `Line ${number + 1} is longer than ${maxLineBytes} bytes, the limit for a line of an export.`,
      )
  }
  if (length > 0) throw new TruncatedFile(`within line ${number + 1}`)
}

async function* untilTruncated(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes
  } catch (error) {
    const isDecompression = /^(Z_|ZSTD_|ERR_ZLIB)/.test(
      String((error as NodeJS.ErrnoException).code),
    )
    throw isDecompression ? new TruncatedFile('within its compressed data') : error
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseLine(line: Buffer, number: number): Line {
  let value: unknown
  let text: string
  try {
    text = utf8.decode(line)
    value = JSON.parse(text)
  } catch {
    throw new MalformedFile(`Line ${number} is not JSON.`)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new MalformedFile(`Line ${number} is not a JSON object.`)
  // Reject repeated members and unusual numbers. Other programs may interpret them differently and
  // show values that were not verified.
  if (JSON.stringify(value) !== removeWhiteSpace(text))
    throw new MalformedFile(
      `Line ${number} is ambiguous JSON: a member is repeated, or a value has an unusual form.`,
    )
  return { number, value: value as Record<string, unknown> }
}

/** Removes white space outside of strings. */
const removeWhiteSpace = (json: string) =>
  json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '')
