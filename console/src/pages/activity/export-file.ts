import type { ActivityExportCompression, ActivityExportFormat } from './activity.graphql.ts'

/**
 * The maximum number of received bytes in memory. At this size, the bytes are moved into a Blob,
 * because browsers can store a Blob on disk.
 */
const flushAtBytes = 4_194_304
/**
 * The number of bytes to keep from the start of each line. These bytes distinguish the manifest
 * from an event and contain the sequence number of a CSV row.
 */
const lineStartBytes = 24

const [lineFeed, doubleQuote] = [10, 34]

/**
 * The received part of an export. Counts the events and detects the manifest, which is the last
 * line of a complete file.
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
   * The state of the current line. `#isQuoted` is true within a quoted CSV cell, where a line feed
   * does not end the line.
   */
  #lineStart: number[] = []
  #lineBytes = 0
  #isQuoted = false
  #hasManifest = false
  /** CSV only: true after the header line of the current response was received. */
  #isHeaderDone: boolean
  /** CSV only: true to omit the header line, because the file already contains a header line. */
  #skipsHeader = false
  /** CSV only: the size of the complete lines in bytes, and the sequence number of the last row. */
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

  /**
   * Counts the lines of a chunk. Returns the chunk, without the header line if the file already
   * contains a header line.
   */
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
    // The last line of an OCSF file is a Base Event, whose class ID is 0.
    this.#hasManifest = start.startsWith(
      this.#format === 'OCSF' ? '{"class_uid":0,' : '{"manifest":',
    )
    // An NDJSON file also contains lines with proofs. Only the lines with events begin with the
    // member `sequence`.
    if (!this.#hasManifest && (this.#format === 'OCSF' || start.startsWith('{"s'))) this.#events++
  }

  /** Moves the received bytes into a Blob. Call this method at the end of each response. */
  flush(): void {
    this.#flushed.push(new Blob(this.#pending))
    this.#pending = []
    this.#pendingBytes = 0
  }

  /**
   * True if the last line is the manifest. Always true for a compressed file, because decompressing
   * the file detects missing bytes.
   */
  isComplete(): boolean {
    return this.#isCompressed || (this.#hasManifest && this.#lineBytes === 0)
  }

  /**
   * CSV only: removes an incomplete last line, so that the next response can be appended.
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

  /** CSV only: returns the download URL for the events after the last complete row. */
  resumeFrom = (address: string): string =>
    this.#lastSequence ? `${address}&afterSequence=${this.#lastSequence}` : address

  progress = () => ({ bytes: this.#bytes, events: this.#isCompressed ? null : this.#events })

  toBlob = (): Blob => new Blob(this.#flushed, { type: 'application/octet-stream' })
}
