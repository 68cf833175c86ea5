/**
 * Downloads an export with progress, resuming after interruptions. The service fixes the content of
 * an export when it creates it, so a download that is repeated or resumed yields the same events.
 */
import { ApiError } from '../../app/graphql.ts'
import type { ActivityExportCompression, ActivityExportFormat } from './activity.graphql.ts'
import { ExportFile } from './export-file.ts'

export interface DownloadProgress {
  bytes: number
  /** Null for a compressed export, whose lines cannot be counted. */
  events: number | null
  interruptions: number
}

export interface DownloadedExport extends DownloadProgress {
  name: string
  file: Blob
}

interface ExportDownload {
  /** Path and query of the download. */
  address: string
  format: ActivityExportFormat
  compression: ActivityExportCompression
}

const maxAttempts = 5
/**
 * Without bytes for this long, the download counts as interrupted. The service sends nothing while
 * it looks for the next event that matches the filter.
 */
const stallTimeoutMs = 60_000

class DownloadInterrupted extends Error {}

/**
 * Makes at most 5 attempts, with a pause that doubles from `initialPauseMs` on.
 * @throws ApiError when the service refuses the download, or UNREACHABLE after the last attempt
 * @throws DOMException AbortError when `signal` is aborted
 */
export async function downloadExport(
  { address, format, compression }: ExportDownload,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal,
  initialPauseMs = 1_000,
): Promise<DownloadedExport> {
  // Only CSV can resume. The proofs of the other formats cover a whole file, so these start again.
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

/** Makes one attempt. Returns the file name that the service suggests. */
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

/** Status 429 and 5xx count as interruptions, because a later attempt may succeed. */
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
