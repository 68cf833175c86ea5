/** Helpers that run single steps of the sign-in flows. */
import { Browser } from '../../demo/browser.ts'
import type { EntraUser } from '../../demo/entra.ts'
import { createHandoff } from './documents.ts'
import type { Partner, World } from './world.ts'

/** Signs a user in at Entra ID and returns the callback URL of the redirect. */
export async function answerOfEntra(
  world: Pick<World, 'url'>,
  authorizationUrl: string,
  user: EntraUser,
  browser = new Browser(),
): Promise<string> {
  const until = `${world.url}/login/microsoft/`
  const page = await browser.open(authorizationUrl, { until })
  if (page.url.startsWith(until)) return page.url // The browser is already signed in at Entra ID.
  const answer = await browser.submit(
    page,
    { username: user.username, password: user.password },
    { until },
  )
  if (!answer.url.startsWith(until)) throw new Error(`Entra ID refused: ${answer.status}`)
  return answer.url
}

/**
 * Runs the handoff of a browser up to the handoff code, which is in the fragment of `connectUrl`.
 * The handoff starts with "Connect to O365" in the portal of the partner.
 */
export async function browserHandoff(
  world: World,
  browser: Browser,
  tenantId: string,
  partner: Partner,
  technician = partner.technicians[0],
) {
  const begun = await browser.request(
    `${world.url}/connect?${new URLSearchParams({ client: partner.clientId, tenant: tenantId })}`,
  )
  const txn = new URL(begun.headers.get('location') ?? '').searchParams.get('txn') ?? ''
  const created = await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(partner, tenantId, technician, txn) },
  })
  const { code, connectUrl } = created.data?.createHandoff ?? {}
  if (!connectUrl) throw new Error(`createHandoff failed: ${JSON.stringify(created)}`)
  return { code: code as string, connectUrl: connectUrl as string, txn }
}

/** Returns the names and values of the browser's cookies of sign-ins in progress. */
export const attemptCookies = (
  world: Pick<World, 'url'>,
  browser: Browser,
  kind: 'handoff' | 'microsoft-login',
) =>
  [...browser.cookiesFor(world.url).matchAll(/([\w-]+)=([^;]*)/g)]
    .map(([, name = '', value = '']) => ({ name, value }))
    .filter(({ name }) => name.startsWith(`${kind}-`))

export const redeemInBrowser = (
  world: Pick<World, 'url'>,
  browser: Browser,
  tenantId: string,
  code: string,
  more: Record<string, unknown> = {},
) =>
  browser.request(`${world.url}/connect/${tenantId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.url },
    body: JSON.stringify({ code, ...more }),
  })
