/** Downloads that break off go on where they stopped, or begin anew where only a whole file proves anything. Against a server that hangs up. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { download, type Progress } from '../../console/src/pages/activity/export-download.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** Answers each request in turn: a text, and whether the connection breaks after it. What was asked for. */
async function serve(
  answers: { text: string; breaks?: boolean; status?: number }[],
): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const left = [...answers]
  server = createServer((request, response) => {
    asked.push(request.url!)
    const { text, breaks = false, status = 200 } = left.shift() ?? { text: '', status: 500 }
    response.writeHead(status, {
      'content-disposition': 'attachment; filename="activity-2026-11-27-1-9.csv"',
    })
    response.write(text, () => (breaks ? setTimeout(() => response.destroy(), 20) : response.end()))
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/export?export=1`,
    asked,
  }
}

const header = '"sequence","id","changes"\r\n'
const row = (sequence: number) =>
  `${sequence},"event-${sequence}","with a ""quote"" and a\nline"\r\n`
const manifest = '"","manifest","{""count"":5}"\r\n'
const whole = [1, 2, 3, 4, 5].map(row).join('') + manifest

test('CSV goes on after the last whole line, even one that holds a line break, without a second header', async () => {
  const cut = header + row(1) + row(2) + row(3).slice(0, 40)
  const { address, asked } = await serve([
    { text: cut, breaks: true },
    { text: header + row(3) + row(4), breaks: true },
    { text: header.slice(0, 5), breaks: true },
    // Ended in order, and without its last row.
    { text: header + row(5) },
    { text: header + manifest },
  ])
  const seen: Progress[] = []
  const file = await download(
    { address, format: 'CSV', compression: 'NONE' },
    (progress) => seen.push(progress),
    AbortSignal.timeout(20_000),
    10,
  )
  expect(await file.file.text()).toBe(header + whole)
  expect(file).toMatchObject({
    events: 5,
    bytes: (header + whole).length,
    again: 4,
    name: 'activity-2026-11-27-1-9.csv',
  })
  expect(asked).toEqual(
    ['', '&afterSequence=2', '&afterSequence=4', '&afterSequence=4', '&afterSequence=5'].map(
      (more) => `/export?export=1${more}`,
    ),
  )
  expect(seen.at(-1)).toMatchObject({ events: 5 })
})

test('NDJSON begins anew, and is whole only with its manifest', async () => {
  const line = '{"export":{}}\n{"leafHashes":{}}\n{"sequence":1,"event":{}}\n'
  const { address, asked } = await serve([
    { text: line, breaks: true },
    // Ended in order, and without its last line: the caller's right had ended, or the service stopped.
    { text: line },
    { text: `${line}{"manifest":{}}\n` },
  ])
  const file = await download(
    { address, format: 'NDJSON', compression: 'NONE' },
    () => {},
    AbortSignal.timeout(20_000),
    10,
  )
  expect(await file.file.text()).toBe(`${line}{"manifest":{}}\n`)
  expect(file).toMatchObject({ events: 1, again: 2 })
  expect(new Set(asked)).toEqual(new Set(['/export?export=1']))
})

test('what is packed is counted in bytes alone', async () => {
  const { address } = await serve([{ text: 'packed' }])
  const file = await download(
    { address, format: 'NDJSON', compression: 'GZIP' },
    () => {},
    AbortSignal.timeout(20_000),
  )
  expect(file).toMatchObject({ events: null, bytes: 6 })
})

test('a refusal is told at once, and not asked again', async () => {
  const refusal = JSON.stringify({
    errors: [{ message: 'You may not do this.', extensions: { code: 'FORBIDDEN' } }],
  })
  const { address, asked } = await serve([{ text: refusal, status: 403 }])
  const refused = download(
    { address, format: 'CSV', compression: 'NONE' },
    () => {},
    AbortSignal.timeout(20_000),
  )
  await expect(refused).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'You may not do this.',
  })
  expect(asked).toHaveLength(1)
})

test('who stops it is obeyed', async () => {
  const { address } = await serve([{ text: header, breaks: true }])
  const stop = new AbortController()
  const stopped = download(
    { address, format: 'CSV', compression: 'NONE' },
    () => stop.abort(),
    stop.signal,
  )
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
})
