/**
 * The pages of the VSA and UniView stand-ins. They show the list of customers, the signed-in
 * technician and "Connect to O365". Styles are inline.
 */
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'
import type { DemoPartner } from './data.ts'

type Technician = DemoPartner['technicians'][number]

interface PortalView {
  portal: DemoPartner
  others: DemoPartner[]
  technician: Technician
  service: string
}

export function customersPage(
  view: PortalView,
  tenants: { id: string; name: string; domain: string }[],
): string {
  const { portal, service } = view
  const rows = tenants.map(({ id, name, domain }) => {
    const connect = `${service}/connect?${new URLSearchParams({ client: portal.clientId, tenant: id })}`
    return `<li><div><strong>${html(name)}</strong><span>${html(domain)}</span></div>
      <a class="button" href="${html(connect)}" aria-label="Connect to O365: ${html(name)}">Connect to O365</a></li>`
  })
  return page(
    view,
    'Customers',
    `<p>Microsoft 365 tenants that ${html(portal.name)} manages. The admins of each tenant decide whether you have access.</p>
    <ul class="customers">${rows.join('')}</ul>`,
  )
}

const advice: Record<string, string> = {
  PARTNER_NOT_ASSOCIATED:
    'An admin of the tenant must add this portal in Settings > Partners, with the client ID below.',
  MICROSOFT_SIGN_IN_REQUIRED: 'An admin of the tenant can turn it on in Settings > Services.',
  TECHNICIAN_NOT_ALLOWED:
    'An admin of the tenant can add you to the allowed technicians in Settings > Partners.',
  MFA_REQUIRED: 'Sign in to this portal again with multi-factor authentication, then retry.',
}

export function refusedPage(
  view: PortalView,
  reasons: { code: string; message: string }[],
): string {
  const lines = reasons.map(
    ({ code, message }) =>
      `<p class="error" role="alert">${html(message)} <code>${html(code)}</code></p>${advice[code] ? `<p>${html(advice[code])}</p>` : ''}`,
  )
  const { clientId } = view.portal
  return page(
    view,
    'Connect to O365 failed',
    `${lines.join('')}<p>Client ID of this portal: <code>${html(clientId)}</code></p><p><a class="button" href="/${html(clientId)}">Back to the customers</a></p>`,
  )
}

const products: Record<PartnerPlatform, { name: string; colour: string; dark: string }> = {
  KASEYA_VSA: { name: 'Kaseya VSA', colour: '#12385f', dark: '#8ec5ff' },
  UNITRENDS_UNIVIEW: { name: 'Unitrends UniView', colour: '#35523a', dark: '#a5dfae' },
}

function page(
  { portal, others, technician, service }: PortalView,
  title: string,
  main: string,
): string {
  const { name, colour, dark } = products[portal.platform]
  const choices = portal.technicians.map(({ sub, name: who }) =>
    sub === technician.sub
      ? `<li><b aria-current="true">${html(who)}</b></li>`
      : `<li><a href="/${html(portal.clientId)}?technician=${html(sub)}">${html(who)}</a></li>`,
  )
  const links = others.map(
    (other) => `<li><a href="/${html(other.clientId)}">${html(other.name)}</a></li>`,
  )
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>${html(title)} - ${html(portal.name)}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 "Segoe UI", system-ui, sans-serif; --brand: ${colour}; --link: light-dark(${colour}, ${dark}) }
body { margin: 0; background: light-dark(#eef1f4, #16191d); color: light-dark(#1d232a, #eceff2); overflow-wrap: anywhere }
header { display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: baseline; padding: .9rem 1.5rem; background: var(--brand); color: #fff }
header strong { font-size: 1.15rem }
.layout { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 1.5rem; max-width: 68rem; margin: 0 auto; padding: 1.5rem }
@media (max-width: 45rem) { .layout { grid-template-columns: minmax(0, 1fr) } }
main, aside { background: light-dark(#fff, #20252b); border-radius: 6px; padding: 1.25rem }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1rem; margin: 1rem 0 .25rem } h2:first-child { margin-top: 0 }
ul { list-style: none; margin: 0; padding: 0 } aside li { padding: .25rem 0 } a { color: var(--link) }
.customers li { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; padding: .9rem 0; border-top: 1px solid light-dark(#dfe4e8, #363d45) }
.customers span { display: block; color: light-dark(#56616d, #a9b3bd) }
.button { display: inline-block; padding: .45rem 1rem; border-radius: 4px; background: var(--brand); color: #fff; font-weight: 600; text-decoration: none }
.error { border-left: 4px solid #c4314b; padding: .5rem 1rem; background: light-dark(#fdf0f2, #3b2227) }
footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem 1.5rem; color: light-dark(#56616d, #a9b3bd) }
</style></head>
<body>
<header><strong>${html(portal.name)}</strong><span>${html(name)}, signed in as ${html(technician.name)}</span></header>
<div class="layout">
<aside aria-label="Who and where"><h2>Technician</h2><ul>${choices.join('')}</ul>
<h2>Other sites</h2><ul>${links.join('')}<li><a href="${html(service)}/">Spanning console</a></li></ul></aside>
<main><h1>${html(title)}</h1>${main}</main>
</div>
<footer>A stand-in for development: nothing here is the real product.</footer>
</body></html>`
}

const html = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
