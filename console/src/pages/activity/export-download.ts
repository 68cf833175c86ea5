/**
 * Downloads an export with progress, in memory that does not grow with it: what has come is handed to the browser's own store (a Blob)
 * every few megabytes. An export is fixed when it is prepared, so that a download that breaks off can go on or begin again.
 */
import { ApiError } from '../../app/graphql.ts'
import type { ActivityExportCompression, ActivityExportFormat } from './activity.graphql.ts'

export interface Progress {
  bytes: number
  /** Null where it is packed, and lines cannot be counted. */
  events: number | null
  /** How often it broke off. */
  again: number
}

export interface Downloaded extends Progress {
  name: string
  file: Blob
}

const storeEveryBytes = 4_194_304
const maxAttempts = 5
/** The service sends nothing for at most as long as it looks for the next event. */
const silenceMs = 60_000

class BrokenOff extends Error {}

/** @throws ApiError; DOMException AbortError */
export async function download(
  {
    address,
    format,
    compression,
  }: { address: string; format: ActivityExportFormat; compression: ActivityExportCompression },
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
  pauseMs = 1_000,
): Promise<Downloaded> {
  // Lines of a CSV file stand for themselves; the others are proven as a whole, and begin anew.
  const goesOn = format === 'CSV' && compression === 'NONE'
  let kept = new Lines(format, compression)
  for (let again = 0; ; again++) {
    try {
      const name = await read(goesOn ? kept.after(address) : address, kept, signal, () =>
        onProgress({ ...kept.progress(), again }),
      )
      if (!kept.isWhole()) throw new BrokenOff()
      return { ...kept.progress(), again, name, file: kept.file() }
    } catch (error) {
      const mayGoOn = !signal.aborted && !(error instanceof ApiError) && again + 1 < maxAttempts
      if (signal.aborted) throw signal.reason
      if (!mayGoOn)
        throw error instanceof ApiError
          ? error
          : new ApiError('UNREACHABLE', 'The download broke off again and again.')
      if (goesOn) kept.keepWholeLines()
      else kept = new Lines(format, compression)
      onProgress({ ...kept.progress(), again: again + 1 })
      await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** again))
    }
  }
}

async function read(
  address: string,
  kept: Lines,
  signal: AbortSignal,
  onRead: () => void,
): Promise<string> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), silenceMs)
  try {
    const response = await fetch(address, { signal: AbortSignal.any([signal, silence.signal]) })
    if (!response.ok || !response.body) {
      const answer = (await response.json().catch(() => null)) as {
        errors?: { message: string; extensions: { code: string } }[]
      } | null
      if (response.status >= 500 || response.status === 429) throw new BrokenOff()
      throw new ApiError(
        answer?.errors?.[0]?.extensions.code ?? 'INTERNAL_SERVER_ERROR',
        answer?.errors?.[0]?.message ?? 'It was refused.',
      )
    }
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silenceMs)
      kept.take(value)
      onRead()
    }
    kept.end()
    return (
      /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ??
      'activity'
    )
  } finally {
    clearTimeout(timer)
  }
}

const [lineFeed, quote, m, s] = [10, 34, 109, 115]

/** What has come, counted by lines as it comes. */
class Lines {
  readonly #format: ActivityExportFormat
  readonly #isPacked: boolean
  #stored: Blob[] = []
  #coming: Uint8Array<ArrayBuffer>[] = []
  #comingBytes = 0
  #bytes = 0
  #events = 0
  /** Of the line that is coming: its first bytes, and whether a cell is open in which a line may end. */
  #line: number[] = []
  #lineBytes = 0
  #isQuoted = false
  #manifest = false
  #isHeaderDone: boolean
  /** Of CSV: how many bytes whole lines have, and the sequence number of the last. */
  #wholeBytes = 0
  #lastSequence = 0
  #skipsHeader = false

  constructor(format: ActivityExportFormat, compression: ActivityExportCompression) {
    this.#format = format
    this.#isPacked = compression !== 'NONE'
    this.#isHeaderDone = format !== 'CSV'
  }

  take(chunk: Uint8Array<ArrayBuffer>): void {
    let bytes = chunk
    if (!this.#isPacked) bytes = this.#count(chunk)
    this.#coming.push(bytes)
    this.#comingBytes += bytes.length
    this.#bytes += bytes.length
    if (this.#comingBytes >= storeEveryBytes) this.#store()
  }

  /** @returns what of it belongs into the file: a header that comes again does not */
  #count(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (this.#line.length < 24) this.#line.push(byte)
      this.#lineBytes++
      if (byte === quote && this.#format === 'CSV') this.#isQuoted = !this.#isQuoted
      if (byte !== lineFeed || this.#isQuoted) continue
      if (this.#isHeaderDone) this.#endOfLine(this.#bytes + at + 1 - from)
      else {
        this.#isHeaderDone = true
        if (this.#skipsHeader) from = at + 1
        else this.#wholeBytes = this.#bytes + at + 1
      }
      this.#line = []
      this.#lineBytes = 0
    }
    return !this.#isHeaderDone && this.#skipsHeader
      ? chunk.subarray(chunk.length)
      : chunk.subarray(from)
  }

  #endOfLine(wholeBytes: number): void {
    const kind = this.#line[2]
    const begins = String.fromCharCode(...this.#line)
    if (this.#format === 'CSV') {
      this.#wholeBytes = wholeBytes
      this.#manifest = begins.startsWith('"","manifest"')
      if (this.#manifest) return
      this.#events++
      this.#lastSequence = Number.parseInt(begins, 10)
    } else {
      this.#manifest = kind === m && begins.startsWith('{"manifest":')
      if (!this.#manifest && (this.#format === 'OCSF' || kind === s)) this.#events++
    }
  }

  #store(): void {
    this.#stored.push(new Blob(this.#coming))
    this.#coming = []
    this.#comingBytes = 0
  }

  end(): void {
    this.#store()
  }

  /** Whether it has its last line, the manifest; what is packed is whole where unpacking it says so. */
  isWhole(): boolean {
    return this.#isPacked || (this.#manifest && this.#lineBytes === 0)
  }

  /** A download that broke off within a line goes on with that line. */
  keepWholeLines(): void {
    this.#store()
    this.#stored = [this.file().slice(0, this.#wholeBytes)]
    this.#bytes = this.#wholeBytes
    this.#line = []
    this.#lineBytes = 0
    this.#isQuoted = false
    this.#isHeaderDone = false
    this.#skipsHeader = this.#wholeBytes > 0
  }

  after = (address: string): string =>
    this.#lastSequence ? `${address}&afterSequence=${this.#lastSequence}` : address

  progress = () => ({ bytes: this.#bytes, events: this.#isPacked ? null : this.#events })

  file = (): Blob => new Blob(this.#stored, { type: 'application/octet-stream' })
}
