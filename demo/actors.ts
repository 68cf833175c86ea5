/** The people and programs of the story. All of them use the public endpoints only. */
import { Browser } from './browser.ts'
import type { DemoFile } from './demo.ts'
import { signAssertion, signClientAuthentication } from './partner.ts'
import { must, type Teller } from './telling.ts'

export type Tenant = DemoFile['tenants'][number]
export type Partner = DemoFile['partnerInstances'][number]
export type User = DemoFile['microsoft']['users'][number]

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the story looks into whatever it asked for
  data: any
  codes: string[]
}

type Credentials = { bearer: string } | { browser: Browser; tenantId: string } | null

export class Actors {
  readonly origin: string
  readonly #graphqlUrl: string
  readonly #redirect: string

  constructor(gatewayUrl: string, issuer: string) {
    this.#graphqlUrl = gatewayUrl
    this.origin = new URL(gatewayUrl).origin
    this.#redirect = `${issuer}/login/microsoft/`
  }

  async ask(
    who: Credentials,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (who && 'bearer' in who) headers.authorization = `Bearer ${who.bearer}`
    if (who && 'browser' in who)
      Object.assign(headers, {
        cookie: who.browser.cookiesFor(this.#graphqlUrl),
        'x-tenant-id': who.tenantId,
      })
    const body = JSON.stringify({ query, variables })
    const answer = await fetch(this.#graphqlUrl, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(20_000),
    })
    const { data, errors = [] } = (await answer.json()) as {
      data: unknown
      errors?: { extensions: { code: string } }[]
    }
    return { data, codes: errors.map(({ extensions }) => extensions?.code) }
  }

  /**
   * Signs in with Microsoft as an API client: a browser opens Entra ID and returns the callback
   * URL.
   */
  async signInWithMicrosoft(
    teller: Teller,
    tenant: Tenant,
    user: User,
  ): Promise<{ bearer: string } | { refused: string }> {
    teller.asked(
      `startMicrosoftLogin for ${tenant.name}; ${user.username} signs in at Entra ID; completeMicrosoftLogin`,
    )
    const start =
      'mutation ($input: StartMicrosoftLoginInput!) { startMicrosoftLogin(input: $input) { authorizationUrl transactionSecret userErrors { code } } }'
    const { data } = await this.ask(null, start, {
      input: { tenant: { id: tenant.id }, stepUp: true },
    })
    const { authorizationUrl, transactionSecret } = data.startMicrosoftLogin
    const browser = new Browser()
    const page = await browser.open(authorizationUrl)
    const { url: callbackUrl } = await browser.submit(
      page,
      { username: user.username, password: user.password },
      { until: this.#redirect },
    )
    must(callbackUrl.startsWith(this.#redirect), 'Entra ID sends the browser back')
    const complete = `mutation ($input: CompleteMicrosoftLoginInput!) { completeMicrosoftLogin(input: $input) {
      accessToken session { method actor { displayName ... on MicrosoftAdmin { role } } tenant { name } } userErrors { code message } } }`
    const completed = await this.ask(null, complete, { input: { callbackUrl, transactionSecret } })
    const { accessToken, session, userErrors } = completed.data?.completeMicrosoftLogin ?? {}
    const refused = completed.codes[0] ?? userErrors?.[0]?.code
    if (refused) {
      teller.answered(`refused: ${refused}`)
      return { refused }
    }
    teller.answered(
      `signed in to ${session.tenant.name} as ${session.actor.displayName} (${session.actor.role}), by ${session.method}`,
    )
    return { bearer: accessToken }
  }

  /** Clicks "Connect to O365" in the portal and follows the redirects of the browser handoff. */
  async connectBrowser(teller: Teller, tenant: Tenant, partner: Partner): Promise<Browser> {
    const browser = new Browser()
    teller.asked(`GET /connect?client=${partner.clientId}&tenant=…, and on through ${partner.name}`)
    const connect = `${this.origin}/connect?${new URLSearchParams({ client: partner.clientId, tenant: tenant.id })}`
    const landed = await browser.open(connect)
    const code = new URLSearchParams(new URL(landed.url).hash.slice(1)).get('code')
    must(
      landed.status === 200 && code,
      `the browser lands on our page with a code (${landed.status})`,
    )
    teller.answered(`${new URL(landed.url).pathname}#code=…, a page of ours`)
    teller.asked('the page posts the code, with the transaction cookie')
    const redeemed = await browser.request(`${this.origin}/connect/${tenant.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin },
      body: JSON.stringify({ code }),
    })
    must(redeemed.status === 200, `the code makes a session (${redeemed.status})`)
    const viewer = await this.ask(
      { browser, tenantId: tenant.id },
      '{ viewer { actor { displayName key } session { method } tenant { name } } }',
    )
    const { actor, session, tenant: signedInTo } = viewer.data.viewer
    must(
      actor.key === `partner:${partner.clientId}:${partner.technicians[0]!.sub}`,
      'the session is the technician’s',
    )
    teller.answered(
      `a cookie session in ${signedInTo.name} as ${actor.displayName}, by ${session.method}; no Microsoft credential anywhere`,
    )
    return browser
  }

  async createHandoff(
    teller: Teller,
    tenant: Tenant,
    partner: Partner,
  ): Promise<{ code: string } | { refused: string }> {
    teller.asked(`createHandoff: ${partner.name} vouches for ${partner.technicians[0]!.name}`)
    const assertion = await signAssertion(partner, {
      audience: this.origin,
      tenantId: tenant.id,
      technician: partner.technicians[0]!,
    })
    const create =
      'mutation CreateHandoff($input: CreateHandoffInput!) { createHandoff(input: $input) { code expiresAt userErrors { code message } } }'
    const { code, expiresAt, userErrors } = (await this.ask(null, create, { input: { assertion } }))
      .data.createHandoff
    teller.answered(
      code
        ? `a code, good once, until ${expiresAt}`
        : `refused: ${userErrors[0].code}. ${userErrors[0].message}`,
    )
    return code ? { code } : { refused: userErrors[0].code }
  }

  async redeemHandoff(
    teller: Teller,
    partner: Partner,
    code: string,
  ): Promise<{ bearer: string } | { refused: string }> {
    teller.asked(`redeemHandoff, by ${partner.clientId}, authenticated by its own key`)
    const redeem = `mutation RedeemHandoff($input: RedeemHandoffInput!) { redeemHandoff(input: $input) {
      accessToken session { method actor { displayName } tenant { name } } userErrors { code message } } }`
    const client = { bearer: await signClientAuthentication(partner, this.origin) }
    const { accessToken, session, userErrors } = (
      await this.ask(client, redeem, { input: { code } })
    ).data.redeemHandoff
    if (!accessToken) {
      teller.answered(`refused: ${userErrors[0].code}. ${userErrors[0].message}`)
      return { refused: userErrors[0].code }
    }
    teller.answered(
      `a bearer session in ${session.tenant.name} as ${session.actor.displayName}, by ${session.method}`,
    )
    return { bearer: accessToken }
  }

  /** Reads the service settings and toggles calendar backup; a second call restores it. */
  async changeServices(teller: Teller, who: { bearer: string }, tenant: Tenant): Promise<void> {
    teller.asked('the tenant and its settings; then updateServiceSettings: calendar turned around')
    const read =
      'query ($id: ID!) { tenant(id: $id) { name primaryDomain settings { version services { calendar } } } }'
    const { settings, name } = (await this.ask(who, read, { id: tenant.id })).data.tenant
    const change =
      'mutation ($input: UpdateServiceSettingsInput!) { updateServiceSettings(input: $input) { tenant { settings { version services { calendar } } } userErrors { code } } }'
    const input = {
      tenantId: tenant.id,
      expectedVersion: settings.version,
      calendar: !settings.services.calendar,
    }
    const changed = (await this.ask(who, change, { input })).data?.updateServiceSettings
    must(changed?.tenant?.settings.services.calendar === input.calendar, 'the setting is changed')
    teller.answered(
      `${name}: calendar ${settings.services.calendar} → ${input.calendar}, version ${settings.version} → ${changed.tenant.settings.version}`,
    )
  }

  async associate(
    teller: Teller,
    admin: { bearer: string },
    tenant: Tenant,
    partner: Partner,
  ): Promise<void> {
    teller.asked(`associatePartner: ${tenant.name} with ${partner.clientId}`)
    const associate =
      'mutation ($input: AssociatePartnerInput!) { associatePartner(input: $input) { association { status partner { name } } userErrors { code } } }'
    const input = {
      tenantId: tenant.id,
      clientId: partner.clientId,
      externalTenantId: tenant.domain,
    }
    const { association, userErrors } = (await this.ask(admin, associate, { input })).data
      .associatePartner
    must(association?.status === 'ACTIVE', `associated (${userErrors[0]?.code})`)
    teller.answered(`${association.status} with ${association.partner.name}`)
  }

  /** Returns the error code when the call was refused, otherwise null. */
  async enable(teller: Teller, admin: { bearer: string }, tenant: Tenant): Promise<string | null> {
    teller.asked('enableItCompleteLogin')
    const enable =
      'mutation Enable($input: EnableItCompleteLoginInput!) { enableItCompleteLogin(input: $input) { tenant { settings { itCompleteLogin { enabled changedBy { displayName } } } } userErrors { code message } } }'
    const { tenant: now, userErrors } = (
      await this.ask(admin, enable, { input: { tenantId: tenant.id } })
    ).data.enableItCompleteLogin
    if (userErrors[0]) {
      teller.answered(`refused: ${userErrors[0].code}. ${userErrors[0].message}`)
      return userErrors[0].code
    }
    const { enabled, changedBy } = now.settings.itCompleteLogin
    must(enabled, 'the feature is on')
    teller.answered(`on, by ${changedBy?.displayName}`)
    return null
  }

  async disable(teller: Teller, admin: { bearer: string }, tenant: Tenant): Promise<void> {
    teller.asked('disableItCompleteLogin')
    const disable =
      'mutation Disable($input: DisableItCompleteLoginInput!) { disableItCompleteLogin(input: $input) { endedSessionCount endedHandoffCount tenant { settings { itCompleteLogin { enabled } } } userErrors { code } } }'
    const {
      tenant: now,
      endedSessionCount,
      endedHandoffCount,
    } = (await this.ask(admin, disable, { input: { tenantId: tenant.id } })).data
      .disableItCompleteLogin
    must(now?.settings.itCompleteLogin.enabled === false, 'the feature is off')
    teller.answered(
      `off; ended ${endedSessionCount} sessions and ${endedHandoffCount} pending handoffs`,
    )
  }

  /** Ends all associations of the tenant. */
  async dissociateAll(admin: { bearer: string }, tenant: Tenant): Promise<void> {
    const { data } = await this.ask(
      admin,
      'query ($id: ID!) { tenant(id: $id) { partnerAssociations { id } } }',
      { id: tenant.id },
    )
    const end =
      'mutation ($input: DissociatePartnerInput!) { dissociatePartner(input: $input) { userErrors { code } } }'
    for (const { id: associationId } of data.tenant.partnerAssociations)
      await this.ask(admin, end, { input: { tenantId: tenant.id, associationId } })
  }

  signOut(who: { bearer: string }): Promise<Answer> {
    return this.ask(who, 'mutation { signOut { userErrors { code } } }')
  }
}
