/** The users and programs of the demo story. They use only the public endpoints. */
import { Browser } from './browser.ts'
import type { DemoFile, DemoFileTenant, DemoFileUser } from './demo.ts'
import { signAssertion, signClientAuthentication } from './partner.ts'
import { expectStep, type StepReporter } from './step-runner.ts'

export type Tenant = DemoFileTenant
export type Partner = DemoFile['partnerInstances'][number]
export type User = DemoFileUser

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the type depends on the query
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
   * Signs in with Microsoft as an API client. A simulated browser signs in at Entra ID and returns
   * the callback URL.
   */
  async signInWithMicrosoft(
    report: StepReporter,
    tenant: Tenant,
    user: User,
  ): Promise<{ bearer: string } | { refused: string }> {
    report.sent(
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
    expectStep(callbackUrl.startsWith(this.#redirect), 'Entra ID redirects to the callback URL')
    const complete = `mutation ($input: CompleteMicrosoftLoginInput!) { completeMicrosoftLogin(input: $input) {
      accessToken session { method actor { displayName ... on MicrosoftAdmin { role } } tenant { name } } userErrors { code message } } }`
    const completed = await this.ask(null, complete, { input: { callbackUrl, transactionSecret } })
    const { accessToken, session, userErrors } = completed.data?.completeMicrosoftLogin ?? {}
    const refused = completed.codes[0] ?? userErrors?.[0]?.code
    if (refused) {
      report.received(`refused: ${refused}`)
      return { refused }
    }
    report.received(
      `signed in to ${session.tenant.name} as ${session.actor.displayName} (${session.actor.role}), method ${session.method}`,
    )
    return { bearer: accessToken }
  }

  /** Clicks "Connect to O365" in the portal and follows the redirects of the browser handoff. */
  async connectBrowser(report: StepReporter, tenant: Tenant, partner: Partner): Promise<Browser> {
    const browser = new Browser()
    report.sent(
      `GET /connect?client=${partner.clientId}&tenant=…, then redirects through ${partner.name}`,
    )
    const connect = `${this.origin}/connect?${new URLSearchParams({ client: partner.clientId, tenant: tenant.id })}`
    const landed = await browser.open(connect)
    const code = new URLSearchParams(new URL(landed.url).hash.slice(1)).get('code')
    expectStep(
      landed.status === 200 && code,
      `the browser arrives at the connect page with a code (${landed.status})`,
    )
    report.received(`${new URL(landed.url).pathname}#code=…`)
    report.sent('the page sends the code by POST, with the transaction cookie')
    const redeemed = await browser.request(`${this.origin}/connect/${tenant.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin },
      body: JSON.stringify({ code }),
    })
    expectStep(redeemed.status === 200, `the code is exchanged for a session (${redeemed.status})`)
    const viewer = await this.ask(
      { browser, tenantId: tenant.id },
      '{ viewer { actor { displayName key } session { method } tenant { name } } }',
    )
    const { actor, session, tenant: signedInTo } = viewer.data.viewer
    expectStep(
      actor.key === `partner:${partner.clientId}:${partner.technicians[0]!.sub}`,
      'the session belongs to the technician',
    )
    report.received(
      `a cookie session in ${signedInTo.name} as ${actor.displayName}, method ${session.method}; no Microsoft credential was used`,
    )
    return browser
  }

  async createHandoff(
    report: StepReporter,
    tenant: Tenant,
    partner: Partner,
  ): Promise<{ code: string } | { refused: string }> {
    report.sent(
      `createHandoff: ${partner.name} signs an assertion for ${partner.technicians[0]!.name}`,
    )
    const assertion = await signAssertion(partner, {
      audience: this.origin,
      tenantId: tenant.id,
      technician: partner.technicians[0]!,
    })
    const create =
      'mutation CreateHandoff($input: CreateHandoffInput!) { createHandoff(input: $input) { code expiresAt userErrors { code message } } }'
    const { code, expiresAt, userErrors } = (await this.ask(null, create, { input: { assertion } }))
      .data.createHandoff
    report.received(
      code
        ? `a one-time code, valid until ${expiresAt}`
        : `refused: ${userErrors[0].code}. ${userErrors[0].message}`,
    )
    return code ? { code } : { refused: userErrors[0].code }
  }

  async redeemHandoff(
    report: StepReporter,
    partner: Partner,
    code: string,
  ): Promise<{ bearer: string } | { refused: string }> {
    report.sent(`redeemHandoff by ${partner.clientId}, authenticated with its own key`)
    const redeem = `mutation RedeemHandoff($input: RedeemHandoffInput!) { redeemHandoff(input: $input) {
      accessToken session { method actor { displayName } tenant { name } } userErrors { code message } } }`
    const client = { bearer: await signClientAuthentication(partner, this.origin) }
    const { accessToken, session, userErrors } = (
      await this.ask(client, redeem, { input: { code } })
    ).data.redeemHandoff
    if (!accessToken) {
      report.received(`refused: ${userErrors[0].code}. ${userErrors[0].message}`)
      return { refused: userErrors[0].code }
    }
    report.received(
      `a bearer session in ${session.tenant.name} as ${session.actor.displayName}, method ${session.method}`,
    )
    return { bearer: accessToken }
  }

  /**
   * Reads the service settings and toggles calendar backup. A second call restores the original
   * setting.
   */
  async changeServices(
    report: StepReporter,
    who: { bearer: string },
    tenant: Tenant,
  ): Promise<void> {
    report.sent('the tenant with its settings; then updateServiceSettings: toggle calendar')
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
    expectStep(
      changed?.tenant?.settings.services.calendar === input.calendar,
      'the setting is changed',
    )
    report.received(
      `${name}: calendar ${settings.services.calendar} → ${input.calendar}, version ${settings.version} → ${changed.tenant.settings.version}`,
    )
  }

  async associate(
    report: StepReporter,
    admin: { bearer: string },
    tenant: Tenant,
    partner: Partner,
  ): Promise<void> {
    report.sent(`associatePartner: ${tenant.name} with ${partner.clientId}`)
    const associate =
      'mutation ($input: AssociatePartnerInput!) { associatePartner(input: $input) { association { status partner { name } } userErrors { code } } }'
    const input = {
      tenantId: tenant.id,
      clientId: partner.clientId,
      externalTenantId: tenant.domain,
    }
    const { association, userErrors } = (await this.ask(admin, associate, { input })).data
      .associatePartner
    expectStep(
      association?.status === 'ACTIVE',
      `associatePartner was refused: ${userErrors[0]?.code}. If an operator suspended the partner: npm run admin -- partner resume --client-id ${partner.clientId}`,
    )
    report.received(`${association.status} with ${association.partner.name}`)
  }

  /** Turns the feature on. Returns the error code if the mutation was refused, otherwise null. */
  async enable(
    report: StepReporter,
    admin: { bearer: string },
    tenant: Tenant,
  ): Promise<string | null> {
    report.sent('enableItCompleteLogin')
    const enable =
      'mutation Enable($input: EnableItCompleteLoginInput!) { enableItCompleteLogin(input: $input) { tenant { settings { itCompleteLogin { enabled changedBy { displayName } } } } userErrors { code message } } }'
    const { tenant: now, userErrors } = (
      await this.ask(admin, enable, { input: { tenantId: tenant.id } })
    ).data.enableItCompleteLogin
    if (userErrors[0]) {
      report.received(`refused: ${userErrors[0].code}. ${userErrors[0].message}`)
      return userErrors[0].code
    }
    const { enabled, changedBy } = now.settings.itCompleteLogin
    expectStep(enabled, 'the feature is on')
    report.received(`on, by ${changedBy?.displayName}`)
    return null
  }

  async disable(report: StepReporter, admin: { bearer: string }, tenant: Tenant): Promise<void> {
    report.sent('disableItCompleteLogin')
    const disable =
      'mutation Disable($input: DisableItCompleteLoginInput!) { disableItCompleteLogin(input: $input) { endedSessionCount endedHandoffCount tenant { settings { itCompleteLogin { enabled } } } userErrors { code } } }'
    const {
      tenant: now,
      endedSessionCount,
      endedHandoffCount,
    } = (await this.ask(admin, disable, { input: { tenantId: tenant.id } })).data
      .disableItCompleteLogin
    expectStep(now?.settings.itCompleteLogin.enabled === false, 'the feature is off')
    report.received(
      `off; this ended ${endedSessionCount} sessions and ${endedHandoffCount} pending handoffs`,
    )
  }

  /** Removes all associations of the tenant with partner instances. */
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

  /** Makes the person a Spanning Admin of the tenant, if the person is not one already. */
  async ensureSpanningAdmin(
    admin: { bearer: string },
    tenant: Tenant,
    { objectId, username: userPrincipalName, displayName }: User,
  ): Promise<void> {
    const read =
      'query ($id: ID!) { tenant(id: $id) { spanningAdmins(first: 100) { nodes { objectId } } } }'
    const { nodes } = (await this.ask(admin, read, { id: tenant.id })).data.tenant.spanningAdmins
    if (nodes.some((granted: { objectId: string }) => granted.objectId === objectId)) return
    const grant =
      'mutation ($input: GrantSpanningAdminInput!) { grantSpanningAdmin(input: $input) { userErrors { code } } }'
    const input = { tenantId: tenant.id, objectId, userPrincipalName, displayName }
    await this.ask(admin, grant, { input })
  }

  signOut(who: { bearer: string }): Promise<Answer> {
    return this.ask(who, 'mutation { signOut { userErrors { code } } }')
  }
}
