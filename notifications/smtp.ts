/** Sends e-mail by SMTP (RFC 5321) through the server in SMTP_URL. */
import { createTransport } from 'nodemailer'

export interface Mail {
  messageId: string
  to: string
  subject: string
  text: string
}

export interface MailTransport {
  /**
   * Sends one e-mail. Resolves when the SMTP server has accepted the e-mail.
   * @throws MailRefused when the SMTP server refused the e-mail permanently
   */
  send(mail: Mail): Promise<void>
  close(): void
}

/**
 * The SMTP server refused this e-mail permanently, so a retry is useless. Retry after any other
 * error.
 */
export class MailRefused extends Error {
  override name = 'MailRefused'
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Creates a transport that sends mail through one SMTP server.
 * @param smtpUrl `smtps://…` for TLS, or `smtp://[user:password@]host[:port]` for STARTTLS
 * (unencrypted on loopback)
 */
export function smtpTransport(smtpUrl: string, from: string): MailTransport {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl)
  const isEncrypted = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : isEncrypted ? 465 : 587,
    secure: isEncrypted,
    requireTLS: !isEncrypted && !loopback.test(hostname),
    // Disables STARTTLS for loopback, because a test server on loopback has no trusted certificate.
    ignoreTLS: !isEncrypted && loopback.test(hostname),
    ...(username && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    pool: true,
    maxConnections: 2,
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ messageId, to, subject, text }) {
      await transport
        .sendMail({
          messageId: `<${messageId}@${from.split('@').at(-1)}>`,
          from,
          // Passes the address as an object and in the envelope, because Nodemailer does not parse
          // these values. In a parsed address, a comma could add recipients.
          to: { name: '', address: to },
          envelope: { from, to: [to] },
          subject,
          text,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        .catch((error: unknown) => {
          const { code, responseCode } = error as { code?: string; responseCode?: number }
          const isAboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE'
          if (isAboutThisMail && responseCode !== undefined && responseCode >= 500)
            throw new MailRefused(`${responseCode}`, { cause: error })
          throw error
        })
    },
    close: () => transport.close(),
  }
}
