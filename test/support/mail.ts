/** Starts the SMTP server of the tests and collects the accepted mails. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Received {
  from: string
  to: string[]
  subject: string
  messageId: string
  /** The lines of the body, after decoding. */
  lines: string[]
  raw: string
}

export interface MailServer {
  url: string
  port: number
  received: Received[]
  /**
   * Resolves with the mails to this address after `count` mails have arrived. Rejects after the
   * deadline.
   */
  mailTo(address: string, count?: number, deadlineMs?: number): Promise<Received[]>
  stop(): Promise<void>
}

export async function startMailServer(port = 0): Promise<MailServer> {
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL('./smtp-server.ts', import.meta.url)), String(port)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout! })
  const [first] = (await once(lines, 'line')) as [string]
  const received: Received[] = []
  lines.on('line', (line) => received.push(read(JSON.parse(line))))
  const { port: taken } = JSON.parse(first) as { port: number }
  return {
    url: `smtp://127.0.0.1:${taken}`,
    port: taken,
    received,
    async mailTo(address, count = 1, deadlineMs = 15_000) {
      const signal = AbortSignal.timeout(deadlineMs)
      const theirs = () => received.filter(({ to }) => to.includes(address))
      while (theirs().length < count) await once(lines, 'line', { signal })
      return theirs()
    },
    async stop() {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

function read({ from, to, raw }: { from: string; to: string[]; raw: string }): Received {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const headers = new Map(
    head
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
  )
  const text = body.join('\r\n\r\n')
  const encoding = headers.get('content-transfer-encoding')
  const decoded =
    encoding === 'base64'
      ? Buffer.from(text, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? quotedPrintable(text)
        : text
  const lines = decoded.split(/\r?\n/)
  return {
    from,
    to,
    raw,
    lines,
    subject: headers.get('subject') ?? '',
    messageId: headers.get('message-id') ?? '',
  }
}

const quotedPrintable = (text: string) =>
  Buffer.from(
    text
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  ).toString('utf8')
