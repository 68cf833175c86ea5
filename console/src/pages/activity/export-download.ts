/**
 * Downloads an export, reports the progress, and resumes or restarts after interruptions. Every
 * attempt receives the same events, because the events of an export never change.
 */
import { ApiError } from '../../app/graphql.ts'
import type { ActivityExportCompression, ActivityExportFormat } from './activity.graphql.ts'
import { ExportFile } from './export-file.ts'

export interface DownloadProgress {
  bytes: number
  /** Null for a compressed export, because the lines of compressed data cannot be counted. */
  events: number | null
  interruptions: number
}

export interface DownloadedExport extends DownloadProgress {
  name: string
  file: Blob
}

interface ExportDownload {
  /** The path and query of the download URL. */
  address: string
  format: ActivityExportFormat
  compression: ActivityExportCompression
}

const maxAttempts = 5
/**
 * The maximum time without received bytes, in milliseconds. Shorter pauses are normal, because the
 * service sends nothing while it searches for the next matching event.
 */
const stallTimeoutMs = 60_000

class DownloadInterrupted extends Error {}

/**
 * Downloads the export in at most 5 attempts. The pause between attempts starts with
 * `initialPauseMs` and doubles each time.
 * @throws ApiError when the service refuses the download, or with the code UNREACHABLE when the
 * last attempt is interrupted
 * @throws DOMException AbortError when `signal` is aborted
 */
export async function downloadExport(
  { address, format, compression }: ExportDownload,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal,
  initialPauseMs = 1_000,
): Promise<DownloadedExport> {
  // Only uncompressed CSV can resume after the last received row. Other formats restart from the
  // beginning, because their proofs cover the whole file.
  const canResume = format === 'CSV' && compression === 'NONE'
  let file = new ExportFile(format, compression)
  for (let interruptions = 0; ; interruptions++) {
    try {
      const name = await readInto(
        file,
        canResume ? file.resumeFrom(address) : address,
        signal,
        () => onProgress({ ...file.progress(), interruptions }),
      )
      if (!file.isComplete()) throw new DownloadInterrupted()
      return { ...file.progress(), interruptions, name, file: file.toBlob() }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof ApiError) throw error
      if (interruptions + 1 >= maxAttempts)
        throw new ApiError(
          'UNREACHABLE',
          `The download was interrupted ${maxAttempts} times. Check your connection and try again.`,
        )
      if (canResume) file.discardPartialLine()
      else file = new ExportFile(format, compression)
      onProgress({ ...file.progress(), interruptions: interruptions + 1 })
      await new Promise((resolve) => setTimeout(resolve, initialPauseMs * 2 ** interruptions))
    }
  }
}

/** Makes one attempt to download the export. Returns the file name from the response. */
async function readInto(
  file: ExportFile,
  address: string,
  signal: AbortSignal,
  onChunk: () => void,
): Promise<string> {
  const stall = new AbortController()
  let timer = setTimeout(() => stall.abort(), stallTimeoutMs)
  try {
    const response = await fetch(address, { signal: AbortSignal.any([signal, stall.signal]) })
    if (!response.ok || !response.body) throw await refusalOf(response)
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      clearTimeout(timer)
      timer = setTimeout(() => stall.abort(), stallTimeoutMs)
      file.append(value)
      onChunk()
    }
    file.flush()
    const disposition = response.headers.get('content-disposition') ?? ''
    return /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'activity'
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Returns the error of a refused download. Treats status 429 and 5xx as interruptions, because a
 * later attempt may succeed.
 */
async function refusalOf(response: Response): Promise<Error> {
  const body = (await response.json().catch(() => null)) as {
    errors?: { message: string; extensions: { code: string } }[]
  } | null
  if (response.status >= 500 || response.status === 429) return new DownloadInterrupted()
  const [error] = body?.errors ?? []
  return new ApiError(
    error?.extensions.code ?? 'INTERNAL_SERVER_ERROR',
    error?.message ?? 'The service refused the download. Create a new export.',
  )
}
