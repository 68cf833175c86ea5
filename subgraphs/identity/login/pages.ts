/** The few pages that signing in needs: plain, self-contained, without anything from elsewhere. */

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character]!)

const style = `
:root { color-scheme: light dark; font: 16px/1.5 "Segoe UI", system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f5f5f5, #1f1f1f); color: light-dark(#242424, #fff) }
main { box-sizing: border-box; width: min(30rem, 100%); padding: 2rem; background: light-dark(#fff, #292929); border-radius: 8px; box-shadow: 0 2px 8px rgb(0 0 0 / .14) }
h1 { font-size: 1.35rem; margin: 0 0 .75rem } p { margin: .5rem 0 }
.support { color: light-dark(#616161, #adadad); font-size: .85rem; overflow-wrap: anywhere }
button, a.button { font: inherit; display: inline-block; margin: 1rem .5rem 0 0; padding: .4rem 1rem; border: 1px solid #0f6cbd; border-radius: 4px; background: #0f6cbd; color: #fff; text-decoration: none; cursor: pointer }
button.secondary { background: none; color: inherit; border-color: currentcolor }
[hidden] { display: none }`

/** The page's frame. `main` is HTML. */
const page = (title: string, main: string, script = '') => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/login.css">${script && `<script src="${script}" defer></script>`}</head>
<body><main>${main}</main></body>
</html>
`

export const stylesheet = style

/** One sentence that says what happened and what to do, and the id under which support finds the rest. */
export const refusalPage = (sentence: string, supportId: string) =>
  page(
    'Not signed in',
    `<h1>You are not signed in</h1><p>${escapeHtml(sentence)}</p><p class="support">Support id: ${escapeHtml(supportId)}</p>`,
  )

export const signedInPage = (tenant: string, who: string) =>
  page('Signed in', `<h1>You are signed in</h1><p>To <strong>${escapeHtml(tenant)}</strong>, as <strong>${escapeHtml(who)}</strong>.</p>`)

/** Until there is more to see: what this is, and which ways lead in. */
export const frontPage = () =>
  page(
    'Login with IT Complete',
    `<h1>Login with IT Complete</h1><p>Technicians come in from Kaseya VSA or Unitrends UniView: press “Connect to O365” there.</p>
<p>Programs find what they need at <a href="/.well-known/it-complete-login">/.well-known/it-complete-login</a>.</p>`,
  )

export const signedOutPage = () => page('Signed out', '<h1>You are signed out</h1><p>You may close this window.</p>')

/** The end of an API client's sign-in: its address is the answer, and nothing else is shown. */
export const nativePage = () => page('Almost done', '<h1>Almost done</h1><p>You may close this window.</p>')

/** Redeems the code in the address's fragment, which no server on the way has seen. */
export const connectPage = () =>
  page(
    'Login with IT Complete',
    `<div id="working"><h1>Signing you in…</h1></div>
<div id="done" hidden><h1>You are signed in</h1>
<p>To <strong data-tenant></strong>, as <strong data-who></strong> from <strong data-instance></strong>.</p>
<p>Everything you do here stands in the tenant's Activity Log under this identity.</p></div>
<div id="ask" hidden><h1>Somebody else is signed in</h1>
<p>This browser is signed in to <strong data-tenant></strong> as <strong data-current></strong>. Go on as <strong data-who></strong> instead?</p>
<button id="replace">Go on as <span data-who></span></button><button id="keep" class="secondary">Stay signed in as <span data-current></span></button></div>
<div id="refused" hidden><h1>You are not signed in</h1><p data-message></p><p class="support">Support id: <span data-support></span></p></div>
<noscript><p>This page needs JavaScript to sign you in.</p></noscript>`,
    '/connect.js',
  )

export const connectScript = `'use strict'
const code = new URLSearchParams(location.hash.slice(1)).get('code')
history.replaceState(null, '', location.pathname)
const show = (id, texts = {}) => {
  for (const part of document.querySelectorAll('main > div')) part.hidden = part.id !== id
  for (const [name, text] of Object.entries(texts)) for (const place of document.querySelectorAll('[data-' + name + ']')) place.textContent = text
}
const redeem = async (replace) => {
  const answer = await fetch(location.pathname, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, replace }),
  })
  const body = await answer.json()
  if (answer.ok) show('done', { tenant: body.tenant.name, who: body.actor.displayName, instance: body.actor.instance })
  else if (answer.status === 409) show('ask', { tenant: body.tenant.name, who: body.next.displayName, current: body.current.displayName })
  else show('refused', { message: body.error.message, support: body.error.requestId })
}
const failed = () => show('refused', { message: 'The service could not be reached. Press “Connect to O365” again.', support: 'none' })
document.getElementById('replace').addEventListener('click', () => redeem(true).catch(failed))
document.getElementById('keep').addEventListener('click', () => location.assign('/'))
redeem(false).catch(failed)
`
