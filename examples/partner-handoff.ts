/**
 * A partner's back end in one file. docs/partner-guide.md explains this file. Run it with Node 24,
 * in the root folder of the repository:
 *
 *   node examples/partner-handoff.ts [.data/demo.json] [--tenant ID]
 *     signs a technician in with the API handoff, then ends the session
 *   node examples/partner-handoff.ts [.data/demo.json] --serve 8080
 *     serves a handoff URL, for browsers
 *
 * `npm start` writes demo.json. For your own client, write a JSON file with your own key and the
 * other properties that `readSettings` reads.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'

/** Your client ID and issuer, as agreed with the operator, and your private key. */
export type Partner = { clientId: string; issuer: string; privateJwk: JWK }
/**
 * The technician. The properties have the names of the JWT claims. `auth_time` and `amr` describe
 * the technician's sign-in to your product.
 */
export type Technician = {
  sub: string
  name?: string
  email?: string
  auth_time?: number
  amr?: string[]
}
/** The discovery document of the service. */
export type Service = Record<
  'issuer' | 'graphql_endpoint' | 'events_endpoint' | 'assertion_typ' | 'client_authentication_typ',
  string
>

const nowSeconds = () => Math.floor(Date.now() / 1000)

async function sign({ privateJwk }: Partner, typ: string, claims: JWTPayload): Promise<string> {
  return new SignJWT({ iat: nowSeconds(), jti: randomUUID(), ...claims })
    .setProtectedHeader({ typ, alg: privateJwk.alg!, kid: privateJwk.kid })
    .sign(await importJWK(privateJwk))
}

/**
 * Signs a handoff assertion. With `txn`, only the browser of this transaction can redeem the code.
 * Without `txn`, only your back end can redeem the code.
 */
export function signAssertion(
  partner: Partner,
  service: Service,
  tenant: string,
  technician: Technician,
  txn?: string,
): Promise<string> {
  const binding = txn === undefined ? { binding: 'client' } : { binding: 'browser', txn }
  const who = { iss: partner.issuer, client_id: partner.clientId, aud: service.issuer }
  return sign(partner, service.assertion_typ, {
    ...who,
    tenant,
    ...technician,
    ...binding,
    exp: nowSeconds() + 60,
  })
}

/** Signs a client authentication JWT (private_key_jwt) for one request. */
export function signClientAuthentication(partner: Partner, service: Service): Promise<string> {
  const { clientId } = partner
  return sign(partner, service.client_authentication_typ, {
    iss: clientId,
    sub: clientId,
    aud: service.issuer,
    exp: nowSeconds() + 30,
  })
}

/** Signs a security event token (RFC 8417) that ends all current sessions of a technician. */
export function signSessionRevoked(
  partner: Partner,
  service: Service,
  sub: string,
  reason: string,
): Promise<string> {
  const revoked = {
    event_timestamp: nowSeconds(),
    initiating_entity: 'admin',
    reason_admin: { en: reason },
  }
  const events = { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': revoked }
  const sub_id = { format: 'iss_sub', iss: partner.issuer, sub }
  return sign(partner, 'secevent+jwt', { iss: partner.issuer, aud: service.issuer, sub_id, events })
}

export async function discover(serviceUrl: string): Promise<Service> {
  const answer = await fetch(`${serviceUrl}/.well-known/it-complete-login`, {
    signal: AbortSignal.timeout(10_000),
  }).catch(() => null)
  if (!answer?.ok)
    throw new Error(`Cannot fetch the discovery document of ${serviceUrl}. Check the URL.`)
  return (await answer.json()) as Service
}

/** Sends one GraphQL operation. Throws if the response contains errors or userErrors. */
export async function ask(service: Service, query: string, input?: object, bearer?: string) {
  const headers = {
    'content-type': 'application/json',
    ...(bearer && { authorization: `Bearer ${bearer}` }),
  }
  const body = JSON.stringify({ query, variables: { input } })
  const answer = await fetch(service.graphql_endpoint, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(10_000),
  })
  // biome-ignore lint/suspicious/noExplicitAny: the type depends on the query
  const { data, errors } = (await answer.json()) as any
  const result = data && Object.values<typeof data>(data)[0]
  const refused = errors?.[0] ?? result?.userErrors?.[0]
  if (refused) throw new Error(`${refused.extensions?.code ?? refused.code}: ${refused.message}`)
  return result
}

const validate =
  'mutation ($input: ValidateHandoffInput!) { validateHandoff(input: $input) { valid checks { name passed code message } } }'
const create =
  'mutation ($input: CreateHandoffInput!) { createHandoff(input: $input) { code connectUrl userErrors { code message } } }'
const redeem =
  'mutation ($input: RedeemHandoffInput!) { redeemHandoff(input: $input) { accessToken userErrors { code message } } }'

/**
 * Performs the browser handoff for a request to your handoff URL. Returns the URL to which you must
 * redirect the browser.
 */
export async function handoffUrl(
  service: Service,
  partner: Partner,
  technician: Technician,
  request: URL,
): Promise<string> {
  const [tenant, txn] = [request.searchParams.get('tenant'), request.searchParams.get('txn')]
  if (!tenant || !txn)
    throw new Error('The handoff URL requires the query parameters `tenant` and `txn`.')
  // In production, check your own records here: is this technician responsible for this tenant?
  const assertion = await signAssertion(partner, service, tenant, technician, txn)
  return (await ask(service, create, { assertion })).connectUrl
}

/** Performs the API handoff. Returns a bearer token for the technician's session in the tenant. */
export async function openSession(
  service: Service,
  partner: Partner,
  assertion: string,
): Promise<string> {
  const { code } = await ask(service, create, { assertion })
  return (await ask(service, redeem, { code }, await signClientAuthentication(partner, service)))
    .accessToken
}

/** Sends a security event (RFC 8935). Retries up to four times if the service responds with 503. */
export async function pushEvent(service: Service, body: string): Promise<void> {
  const headers = { 'content-type': 'application/secevent+jwt' }
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(service.events_endpoint, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    })
    if (answer.status === 202) return
    if (answer.status !== 503 || attempt === 5)
      throw new Error(`The service refused the event: ${answer.status} ${await answer.text()}`)
    await wait(attempt * 1000)
  }
}

export type Settings = {
  serviceUrl: string
  partner: Partner
  technician: Technician
  tenantId: string
}
export async function readSettings(path: string) {
  const { issuer: serviceUrl, tenants, partnerInstances } = JSON.parse(await readFile(path, 'utf8'))
  const [{ technicians, ...partner }] = partnerInstances
  const open =
    tenants.find((tenant: { itCompleteLogin?: boolean }) => tenant.itCompleteLogin) ?? tenants[0]
  const technician = { ...technicians[0], auth_time: nowSeconds(), amr: ['pwd', 'mfa'] }
  return { serviceUrl, partner, technician, tenantId: open.id } as Settings
}

async function byApi(
  service: Service,
  partner: Partner,
  technician: Technician,
  tenantId: string,
): Promise<void> {
  const assertion = await signAssertion(partner, service, tenantId, technician)
  const { valid, checks } = await ask(service, validate, { assertion })
  for (const { name, passed } of checks)
    console.log(`${passed === null ? '-   ' : passed ? 'ok  ' : 'FAIL'} ${name}`)
  const { name, code, message } =
    checks.find((check: { passed: boolean | null }) => check.passed === false) ?? {}
  if (!valid)
    throw new Error(
      `The assertion fails the check ${name}, so createHandoff would return ${code}: ${message}`,
    )

  const token = await openSession(service, partner, assertion)
  const viewer = () =>
    ask(service, '{ viewer { actor { displayName } tenant { name } } }', undefined, token)
  const { actor, tenant } = await viewer()
  console.log(`Signed in to ${tenant.name} as ${actor.displayName}.`)

  await pushEvent(
    service,
    await signSessionRevoked(partner, service, technician.sub, 'Left the company'),
  )
  if (await viewer())
    throw new Error('The session must end after the security event, but it is still active.')
  console.log('Revoked all sessions of the technician; the session has ended.')
}

function serve(port: number, service: Service, partner: Partner, technician: Technician): void {
  const server = createServer(async (request, response) => {
    // In production, take the technician from your own session, and require a sign-in if no session
    // exists.
    const asked = handoffUrl(
      service,
      partner,
      technician,
      new URL(request.url!, 'http://localhost'),
    )
    const location = await asked.catch(
      (error: Error) =>
        void response.writeHead(403).end(`Connect to O365 failed. ${error.message}`),
    )
    if (location) response.writeHead(302, { location }).end()
  })
  server.listen(port, '127.0.0.1', () =>
    console.log('Serving the handoff URL at', server.address()),
  )
}

if (import.meta.main) {
  try {
    const options = { tenant: { type: 'string' }, serve: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    const { serviceUrl, partner, technician, tenantId } = await readSettings(
      positionals[0] ?? '.data/demo.json',
    )
    const service = await discover(serviceUrl)
    if (values.serve) serve(Number(values.serve), service, partner, technician)
    else await byApi(service, partner, technician, values.tenant ?? tenantId)
  } catch (error) {
    console.error(`Failed: ${(error as Error).message}`)
    process.exitCode = 1
  }
}
