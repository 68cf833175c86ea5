/**
 * An SMTP server that runs as a separate process. Prints its port, and then each accepted mail as
 * one line of JSON. Rejects recipients that begin with `gone` permanently (550), and recipients
 * that begin with `later` temporarily (451) in the first two attempts.
 */
import { SMTPServer } from 'smtp-server'

const attempts = new Map<string, number>()

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo({ address }, _session, done) {
    const attempt = (attempts.get(address) ?? 0) + 1
    attempts.set(address, attempt)
    if (address.startsWith('gone'))
      return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
    if (address.startsWith('later') && attempt <= 2)
      return done(Object.assign(new Error('try again'), { responseCode: 451 }))
    done()
  },
  onData(stream, session, done) {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope
      const envelope = {
        from: mailFrom ? mailFrom.address : null,
        to: rcptTo.map(({ address }) => address),
      }
      console.log(JSON.stringify({ ...envelope, raw: Buffer.concat(parts).toString('utf8') }))
      done()
    })
  },
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.server.address()
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }))
})
