/** The partner example works with the service, and the partner guide matches the code. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildSchema, type GraphQLEnumType, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Actors } from '../../demo/actors.ts'
import type { DemoFile } from '../../demo/demo.ts'
import {
  ask,
  discover,
  openSession,
  readSettings,
  signAssertion,
} from '../../examples/partner-handoff.ts'
import { freePort } from '../support/parts.ts'
import { initializedFolder, type Running, removeFolders, run } from '../support/process.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const guide = read('docs/partner-guide.md')
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, body]) => body!,
  )

describe('the example', () => {
  let service: Running
  let path: string
  let demo: DemoFile
  beforeAll(async () => {
    service = await run('gateway/main.ts', [], {}, await initializedFolder())
    await service.says(/is ready/)
    path = join(service.dataDir, 'demo.json')
    demo = JSON.parse(readFileSync(path, 'utf8'))
  })
  afterAll(async () => {
    service?.child.kill('SIGTERM')
    await service?.exit
    await removeFolders()
  })
  const example = (...args: string[]) =>
    run('examples/partner-handoff.ts', [path, ...args], {}, service.dataDir)

  test('signs in by API, and ends the session by a security event', async () => {
    const told = await example()
    expect([await told.exit, told.output()]).toEqual([0, expect.anything()])
    expect(told.output().match(/^ok /gm)).toHaveLength(16)
    expect(told.output()).not.toContain('FAIL')
    expect(told.output()).toMatch(
      /Signed in to Adventure Freight as Ada Okafor\.\n.*the session has ended\.\n$/,
    )
  })

  test('serves a handoff URL that signs a browser in, by the guide’s steps', async () => {
    const port = await freePort()
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const steps = blocks('sh').filter((body) => /private\.jwk\.json|--client-id my-vsa/.test(body))
    expect(steps).toHaveLength(3)
    const script = steps
      .join('')
      .replace(/^node examples\/.*$/m, '')
      .replaceAll('npm run admin --', `node ${root}admin/main.ts`)
      .replaceAll('.data/demo.json', path)
      .replaceAll('8080', String(port))
    const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
    const folder = service.dataDir
    const ran = await promisify(execFile)('sh', ['-e', '-c', script], {
      cwd: folder,
      env: { PATH, DATA_DIR: folder },
    })
    expect(ran.stdout).toBe('Registered my-vsa.\n')
    const settings = join(folder, 'my-vsa.json')
    const serving = await run(
      'examples/partner-handoff.ts',
      [settings, '--serve', String(port)],
      {},
      folder,
    )
    await serving.says(/port: \d+/)

    const actors = new Actors(demo.gatewayUrl, demo.issuer)
    const silent = { sent: () => {}, received: () => {} }
    const tenant = demo.tenants.find(({ itCompleteLogin }) => itCompleteLogin)!
    const petra = demo.microsoft.users.find(({ username }) => username.startsWith('petra@'))!
    const admin = (await actors.signInWithMicrosoft(silent, tenant, petra)) as { bearer: string }
    const partner = JSON.parse(readFileSync(settings, 'utf8')).partnerInstances[0]
    await actors.associate(silent, admin, tenant, partner)
    // Follows the redirects through the handoff URL, and expects the technician's session.
    const browser = await actors.connectBrowser(silent, tenant, partner)

    const stale = await browser.request(
      `http://localhost:${port}/handoff?tenant=${tenant.id}&txn=made-up`,
    )
    expect([stale.status, stale.text]).toEqual([403, expect.stringContaining('BINDING_MISMATCH')])
    serving.child.kill('SIGTERM')
    await serving.exit
  })

  test('reports which check failed, and exits with an error', async () => {
    const notAssociated = await example('--tenant', demo.tenants[0]!.id)
    expect(await notAssociated.exit).toBe(1)
    expect(notAssociated.output()).toMatch(
      /Failed: The assertion fails the check TENANT, .* PARTNER_NOT_ASSOCIATED/,
    )

    const { serviceUrl, partner, technician, tenantId } = await readSettings(path)
    const at = await discover(serviceUrl)
    const token = await openSession(
      at,
      partner,
      await signAssertion(partner, at, tenantId, technician),
    )
    const disable =
      'mutation ($input: DisableItCompleteLoginInput!) { disableItCompleteLogin(input: $input) { userErrors { code } } }'
    await ask(at, disable, { tenantId }, token)
    const off = await example('--tenant', tenantId)
    expect(await off.exit).toBe(1)
    expect(off.output()).toMatch(/^FAIL FEATURE$/m)
    expect(off.output()).toMatch(
      /Failed: The assertion fails the check FEATURE, .* MICROSOFT_SIGN_IN_REQUIRED/,
    )
  })

  test('reports that the service is unavailable', async () => {
    const lost = await run(
      'examples/partner-handoff.ts',
      [join(service.dataDir, 'nowhere.json')],
      {},
      service.dataDir,
    )
    expect([await lost.exit, lost.output()]).toEqual([1, expect.stringContaining('Failed: ENOENT')])
  })
})

describe('the guide', () => {
  const schema = buildSchema(read('docs/schema.graphql'))
  const valuesOf = (name: string) =>
    (schema.getType(name) as GraphQLEnumType).getValues().map((value) => value.name)
  const rows = [...guide.matchAll(/^\| `(\w+)` +\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) +\|/gm)].map(
    ([, check, codes]) => ({
      check: check!,
      codes: codes!.match(/\w+/g)!,
    }),
  )

  test('contains only valid operations', () => {
    const inCurl = blocks('sh').flatMap((body) =>
      [...body.matchAll(/"query": ("(?:[^"\\]|\\.)*")/g)].map(([, query]) => JSON.parse(query!)),
    )
    const queries = [...blocks('graphql'), ...inCurl]
    expect(queries.length).toBeGreaterThanOrEqual(6)
    for (const query of queries)
      expect([query, validate(schema, parse(query))]).toEqual([query, []])
  })

  test('quotes the example’s code', () => {
    const example = read('examples/partner-handoff.ts').replaceAll(
      /^ *\/\/ biome-ignore .*\n/gm,
      '',
    )
    const paragraphs = blocks('ts').flatMap((body) => body.trim().split('\n\n'))
    expect(paragraphs.length).toBeGreaterThanOrEqual(12)
    for (const paragraph of paragraphs) expect(example).toContain(paragraph)
  })

  test('lists all checks in order and all handoff error codes', () => {
    const checks = valuesOf('HandoffCheckName')
    const listed = rows.map(({ check }) => check)
    expect(listed.filter((check) => check === check.toUpperCase())).toEqual(checks)
    const mutations = schema.getMutationType()!.getFields()
    for (const name of listed.slice(checks.length)) expect(Object.keys(mutations)).toContain(name)
    for (const { codes } of rows)
      for (const code of codes) expect(valuesOf('UserErrorCode')).toContain(code)

    const promised = (name: string) =>
      mutations[name]!.description!.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g)!
    const told = rows.flatMap(({ check, codes }) =>
      codes.map((code) => (check === check.toUpperCase() ? 'createHandoff' : check) + code),
    )
    for (const name of ['createHandoff', 'redeemHandoff', 'requestPartnerAssociation'])
      for (const code of promised(name))
        if (code !== 'TENANT_MISMATCH') expect(told).toContain(name + code)
  })

  test('states the limits of the code', async () => {
    const { assertionMaxLifetimeSeconds, assertionType } = await import(
      '../../subgraphs/identity/assertion/profile.ts'
    )
    const { clockSkewSeconds } = await import('../../subgraphs/identity/jwt/clock.ts')
    const { clientAuthenticationType } = await import(
      '../../subgraphs/identity/client-authentication/verify-client-assertion.ts'
    )
    for (const named of [assertionType, clientAuthenticationType])
      expect(guide).toContain(`\`${named}\``)
    expect(guide).toContain(`by at most ${assertionMaxLifetimeSeconds} s`)
    expect(guide).toContain(`may be off by ${clockSkewSeconds}`)
  })
})
