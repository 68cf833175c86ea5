/** Sends a prepared export as a file download. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, createZstdCompress } from 'node:zlib'
import type { Response } from 'express'
import type { Database } from '../../../platform/postgres/database.ts'
import type { ExportViewer, PreparedExport } from './prepare.ts'
import { compressions, formats } from './request-parameters.ts'
import { streamExport } from './stream.ts'

/**
 * Sends the headers and the body. Reads the first chunk before sending the headers, so that an
 * error in the first chunk can still change the HTTP status.
 * @throws AccessRevoked when the viewer's access ends during the download
 */
export async function sendExport(
  { db, idleTimeoutMs = 30_000 }: { db: Database; idleTimeoutMs?: number },
  response: Response,
  viewer: ExportViewer,
  prepared: PreparedExport,
): Promise<void> {
  const chunks = streamExport(db, viewer, prepared)
  const first = await chunks.next()
  // The timer runs only while a chunk waits for the client, so that slow database reads do not
  // abort the download.
  const abort = () => void response.destroy()
  async function* withIdleTimeout() {
    for (let chunk = first; !chunk.done; chunk = await chunks.next()) {
      const timer = setTimeout(abort, idleTimeoutMs)
      try {
        yield chunk.value
      } finally {
        clearTimeout(timer)
      }
    }
    response.setTimeout(idleTimeoutMs, abort)
  }
  const { format, compression } = prepared
  response.set({
    'Content-Type': compressions[compression].contentType ?? formats[format].contentType,
    'Content-Disposition': `attachment; filename="${fileName(prepared)}"`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  const text = Readable.from(withIdleTimeout(), { highWaterMark: 1 })
  if (compression === 'NONE') return pipeline(text, response)
  await pipeline(text, compression === 'GZIP' ? createGzip() : createChecksummedZstd(), response)
}

/** Unlike gzip, Zstandard has no checksum by default, and a decoder then notices few bit errors. */
const createChecksummedZstd = () =>
  createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } })

function fileName({ format, compression, afterSequence, checkpoint }: PreparedExport): string {
  const day = checkpoint.createdAt.toISOString().slice(0, 10)
  const { extension } = formats[format]
  return `activity-${day}-${afterSequence + 1}-${checkpoint.treeSize}.${extension}${compressions[compression].extension}`
}
