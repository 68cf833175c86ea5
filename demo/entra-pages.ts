/**
 * The sign-in form and the error page of the Entra stand-in. Styles are inline, because the demo
 * must work without a network.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type Provider } from 'oidc-provider'

export interface Credentials {
  username: string
  password: string
}

export type Verdict = { accountId: string } | { error: string }

export interface SignIn {
  provider: Provider
  /** The tenant's domain; undefined if users of any tenant can sign in. */
  domain: string | undefined
  check(credentials: Credentials): Verdict
  req: IncomingMessage
  res: ServerResponse
}

const BODY_LIMIT_BYTES = 16 * 1024

/**
 * Handles GET and POST of the sign-in form. GET shows the form. POST checks `username` and
 * `password`, and redirects back to the sign-in flow.
 */
export async function handleSignIn(signIn: SignIn): Promise<void> {
  try {
    await answer(signIn)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) {
      return sendHtml(
        signIn.res,
        400,
        errorPage(error.error, 'This sign-in has expired. Start it again from the application.'),
      )
    }
    console.error('A sign-in to the Entra stand-in failed:', error)
    if (signIn.res.headersSent) signIn.res.destroy()
    else
      sendHtml(signIn.res, 500, errorPage('server_error', 'An internal error occurred. Try again.'))
  }
}

async function answer({ provider, domain, check, req, res }: SignIn): Promise<void> {
  const interaction = await provider.interactionDetails(req, res)
  if (req.method !== 'POST') {
    const hint = interaction.params.login_hint
    return sendHtml(
      res,
      200,
      signInPage({ domain, username: typeof hint === 'string' ? hint : '' }),
    )
  }

  const form = new URLSearchParams(await readBody(req))
  const username = form.get('username')?.trim() ?? ''
  const verdict = check({ username, password: form.get('password') ?? '' })
  if ('error' in verdict)
    return sendHtml(res, 400, signInPage({ domain, username, error: verdict.error }))

  const session = await provider.Session.get(provider.createContext(req, res))
  if (session.accountId && session.accountId !== verdict.accountId) {
    // Replaces the session if another user is signed in, because the sign-out page of oidc-provider
    // needs JavaScript.
    await session.destroy()
    interaction.session = undefined
    await interaction.persist()
  }
  await provider.interactionFinished(req, res, { login: { accountId: verdict.accountId } })
}

interface SignInPage {
  domain: string | undefined
  username: string
  error?: string
}

function signInPage({ domain, username, error }: SignInPage): string {
  const focus = (here: boolean) => (here ? ' autofocus' : '')
  return page(
    'Sign in',
    `<h1>Sign in</h1>
    <p>${domain ? `to <b>${escapeHtml(domain)}</b>` : 'with your work account'}</p>
    ${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ''}
    <form method="post">
      <label>User name
        <input name="username" value="${escapeHtml(username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${focus(!username)}>
      </label>
      <label>Password
        <input name="password" type="password" autocomplete="current-password" required${focus(Boolean(username))}>
      </label>
      <button type="submit">Sign in</button>
    </form>`,
  )
}

export function errorPage(code: string, description: string): string {
  return page(
    'Sign-in failed',
    `<h1>Sign-in failed</h1><p class="error" role="alert">${escapeHtml(description)}</p><p><code>${escapeHtml(code)}</code></p>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} - stand-in for Microsoft Entra ID</title>
  <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { margin: 0; min-height: 100vh; display: grid; place-content: center; background: light-dark(#f2f4f7, #14171c) }
    main { width: min(22rem, 88vw); box-sizing: border-box; padding: 2rem; border-radius: .5rem; background: light-dark(#fff, #20252d); box-shadow: 0 2px 12px #0003 }
    h1 { margin: 0; font-size: 1.4rem }
    h1 + p { margin-top: .25rem }
    label { display: block; margin: 1rem 0 }
    input { display: block; width: 100%; box-sizing: border-box; margin-top: .25rem; padding: .5rem; font: inherit; border: 1px solid #8a93a0; border-radius: .25rem }
    button { width: 100%; padding: .6rem; font: inherit; font-weight: 600; color: #fff; background: #2456b8; border: 0; border-radius: .25rem; cursor: pointer }
    .error { color: light-dark(#b00020, #ff8a95) }
    footer { margin-top: 1.5rem; font-size: .85rem; color: light-dark(#59626f, #a6b0bd) }
  </style>
</head>
<body>
  <main>
    ${body}
    <footer>This is a stand-in for Microsoft Entra ID, for development only. Never type a real password here.</footer>
  </main>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT_BYTES)
      throw new Error(`The submitted form must have at most ${BODY_LIMIT_BYTES} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function sendHtml(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // No form-action directive: browsers also apply this directive to the redirects after the form,
    // and these redirects end at the client's origin.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  })
  res.end(html)
}
