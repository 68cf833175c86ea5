import type { ActivityExportCompression, ActivityExportFormat } from './activity.graphql.ts'

/**
 * Received bytes are moved into a Blob at this size, so that the browser can keep them on disk
 * instead of in memory.
 */
const flushAtBytes = 4_194_304
/**
 * So many bytes at the start of a line tell a manifest from an event, and hold the sequence number
 * of a CSV row.
 */
const lineStartBytes = 24

const [lineFeed, doubleQuote] = [10, 34]

/**
 * The received part of an export. Counts events, and knows whether the file has its last line, the
 * manifest.
 */
export class ExportFile {
  readonly #format: ActivityExportFormat
  readonly #isCompressed: boolean
  #flushed: Blob[] = []
  #pending: Uint8Array<ArrayBuffer>[] = []
  #pendingBytes = 0
  #bytes = 0
  #events = 0
  /**
   * State of the line that is being received. A line feed within a quoted CSV cell does not end the
   * line.
   */
  #lineStart: number[] = []
  #lineBytes = 0
  #isQuoted = false
  #hasManifest = false
  /** CSV only: whether the header line of the current response has been received. */
  #isHeaderDone: boolean
  /** CSV only: whether that header is left out, because the file already has one. */
  #skipsHeader = false
  /** CSV only: size of the complete lines, and the sequence number of the last row. */
  #completeBytes = 0
  #lastSequence = 0

  constructor(format: ActivityExportFormat, compression: ActivityExportCompression) {
    this.#format = format
    this.#isCompressed = compression !== 'NONE'
    this.#isHeaderDone = format !== 'CSV'
  }

  append(chunk: Uint8Array<ArrayBuffer>): void {
    const bytes = this.#isCompressed ? chunk : this.#scan(chunk)
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    this.#bytes += bytes.length
    if (this.#pendingBytes >= flushAtBytes) this.flush()
  }

  /** Counts the lines of a chunk. Returns the chunk without a repeated header. */
  #scan(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let from = 0
    let at = -1
    for (const byte of chunk) {
      at++
      if (this.#lineStart.length < lineStartBytes) this.#lineStart.push(byte)
      this.#lineBytes++
      if (byte === doubleQuote && this.#format === 'CSV') this.#isQuoted = !this.#isQuoted
      if (byte !== lineFeed || this.#isQuoted) continue
      if (this.#isHeaderDone) this.#endLine(this.#bytes + at + 1 - from)
      else {
        this.#isHeaderDone = true
        if (this.#skipsHeader) from = at + 1
        else this.#completeBytes = this.#bytes + at + 1
      }
      this.#lineStart = []
      this.#lineBytes = 0
    }
    const isWithinSkippedHeader = !this.#isHeaderDone && this.#skipsHeader
    return chunk.subarray(isWithinSkippedHeader ? chunk.length : from)
  }

  #endLine(completeBytes: number): void {
    const start = String.fromCharCode(...this.#lineStart)
    if (this.#format === 'CSV') {
      this.#completeBytes = completeBytes
      this.#hasManifest = start.startsWith('"","manifest"')
      if (this.#hasManifest) return
      this.#events++
      this.#lastSequence = Number.parseInt(start, 10)
      return
    }
    this.#hasManifest = start.startsWith('{"manifest":')
    // NDJSON has lines of proofs too; those of events begin with the sequence number.
    if (!this.#hasManifest && (this.#format === 'OCSF' || start.startsWith('{"s'))) this.#events++
  }

  /** Moves the received bytes into a Blob. Call it when a response has ended. */
  flush(): void {
    this.#flushed.push(new Blob(this.#pending))
    this.#pending = []
    this.#pendingBytes = 0
  }

  /**
   * True if the last line is the manifest. Always true for a compressed file, which is checked on
   * unpacking.
   */
  isComplete(): boolean {
    return this.#isCompressed || (this.#hasManifest && this.#lineBytes === 0)
  }

  /**
   * CSV only: removes the last line if it is incomplete, so that the next response can be appended.
   */
  discardPartialLine(): void {
    this.flush()
    this.#flushed = [this.toBlob().slice(0, this.#completeBytes)]
    this.#bytes = this.#completeBytes
    this.#lineStart = []
    this.#lineBytes = 0
    this.#isQuoted = false
    this.#isHeaderDone = false
    this.#skipsHeader = this.#completeBytes > 0
  }

  /** CSV only: the address of the events after the last row. */
  resumeFrom = (address: string): string =>
    this.#lastSequence ? `${address}&afterSequence=${this.#lastSequence}` : address

  progress = () => ({ bytes: this.#bytes, events: this.#isCompressed ? null : this.#events })

  toBlob = (): Blob => new Blob(this.#flushed, { type: 'application/octet-stream' })
}
