/**
 * Downloads of exports from a server that closes connections. CSV downloads resume after the last
 * row, and downloads in other formats restart.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import {
  type DownloadProgress,
  downloadExport,
} from '../../console/src/pages/activity/export-download.ts'
import { ocsfManifest, toOcsf } from '../../subgraphs/audit/export/formats/ocsf.ts'
import { exportRow } from '../support/export-row.ts'

let server: Server | undefined
afterEach(() => server?.close())

/**
 * Answers each request with the next text, then breaks the connection or ends in order. `requests`
 * collects the paths.
 */
async function serve(
  answers: { text: string; breaks?: boolean; status?: number }[],
): Promise<{ address: string; requests: string[] }> {
  const requests: string[] = []
  const remaining = [...answers]
  server = createServer((request, response) => {
    requests.push(request.url!)
    const { text, breaks = false, status = 200 } = remaining.shift() ?? { text: '', status: 500 }
    response.writeHead(status, {
      'content-disposition': 'attachment; filename="activity-2026-11-27-1-9.csv"',
    })
    response.write(text, () => (breaks ? setTimeout(() => response.destroy(), 20) : response.end()))
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/export?export=1`,
    requests,
  }
}

const header = '\ufeffsequence,id,changes\r\n'
const row = (sequence: number) =>
  `${sequence},"event-${sequence}","with a ""quote"" and a\nline"\r\n`
const manifest = '"","manifest","{""count"":5}"\r\n'
const rows = [1, 2, 3, 4, 5].map(row).join('') + manifest

const ocsfEnd = ocsfManifest({ tenantId: 't', exportId: 'e', time: new Date() }, { count: 1 })

test('CSV resumes after the last complete row, without a second header', async () => {
  const cut = header + row(1) + row(2) + row(3).slice(0, 40)
  const { address, requests } = await serve([
    { text: cut, breaks: true },
    { text: header + row(3) + row(4), breaks: true },
    { text: header.slice(0, 5), breaks: true },
    // Ends without an error, but without the manifest.
    { text: header + row(5) },
    { text: header + manifest },
  ])
  const seen: DownloadProgress[] = []
  const file = await downloadExport(
    { address, format: 'CSV', compression: 'NONE' },
    (progress) => seen.push(progress),
    AbortSignal.timeout(20_000),
    10,
  )
  // `Blob.text()` would remove the byte order mark.
  expect(Buffer.from(await file.file.arrayBuffer()).toString()).toBe(header + rows)
  expect(file).toMatchObject({
    events: 5,
    bytes: Buffer.byteLength(header + rows),
    interruptions: 4,
    name: 'activity-2026-11-27-1-9.csv',
  })
  expect(requests).toEqual(
    ['', '&afterSequence=2', '&afterSequence=4', '&afterSequence=4', '&afterSequence=5'].map(
      (more) => `/export?export=1${more}`,
    ),
  )
  expect(seen.at(-1)).toMatchObject({ events: 5 })
})

test.each([
  ['NDJSON', '{"export":{}}\n{"leafHashes":{}}\n{"sequence":1,"event":{}}\n', { manifest: {} }],
  ['OCSF', `${JSON.stringify(toOcsf(exportRow()))}\n`, ocsfEnd],
] as const)(
  '%s starts again, and is complete only with its manifest',
  async (format, line, end) => {
    const whole = `${line}${JSON.stringify(end)}\n`
    const { address, requests } = await serve([
      { text: line, breaks: true },
      // Ends without an error, but without the manifest, as after a revocation of access.
      { text: line },
      { text: whole },
    ])
    const file = await downloadExport(
      { address, format, compression: 'NONE' },
      () => {},
      AbortSignal.timeout(20_000),
      10,
    )
    expect(await file.file.text()).toBe(whole)
    expect(file).toMatchObject({ events: 1, interruptions: 2 })
    expect(new Set(requests)).toEqual(new Set(['/export?export=1']))
  },
)

test('a compressed export is counted in bytes only', async () => {
  const { address } = await serve([{ text: 'zipped' }])
  const file = await downloadExport(
    { address, format: 'NDJSON', compression: 'GZIP' },
    () => {},
    AbortSignal.timeout(20_000),
  )
  expect(file).toMatchObject({ events: null, bytes: 6 })
})

test('a refusal is reported at once and not retried', async () => {
  const refusal = JSON.stringify({
    errors: [
      { message: 'You do not have permission to do this.', extensions: { code: 'FORBIDDEN' } },
    ],
  })
  const { address, requests } = await serve([{ text: refusal, status: 403 }])
  const refused = downloadExport(
    { address, format: 'CSV', compression: 'NONE' },
    () => {},
    AbortSignal.timeout(20_000),
  )
  await expect(refused).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'You do not have permission to do this.',
  })
  expect(requests).toHaveLength(1)
})

test('aborting the signal stops the download', async () => {
  const { address } = await serve([{ text: header, breaks: true }])
  const stop = new AbortController()
  const stopped = downloadExport(
    { address, format: 'CSV', compression: 'NONE' },
    () => stop.abort(),
    stop.signal,
  )
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
})
