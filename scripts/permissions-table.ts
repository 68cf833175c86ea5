/**
 * Generates docs/permissions.md by evaluating the permission rules, so that the table always
 * matches the rules.
 */

import type { Admin, Technician, Viewer } from '../platform/auth/viewer.ts'
import type { ShieldRule } from '../platform/graphql/rules.ts'
import { exportRoutes } from '../subgraphs/audit/export/routes.ts'
import { permissions as audit } from '../subgraphs/audit/permissions.ts'
import { loginRoutes } from '../subgraphs/identity/http/login-routes.ts'
import { permissions as identity } from '../subgraphs/identity/permissions.ts'
import { permissions as tenants } from '../subgraphs/tenants/permissions.ts'

const own = '11111111-1111-4111-8111-111111111111'
const other = '22222222-2222-4222-8222-222222222222'
const session = { tenantId: own, sessionId: own }

const admin = (role: 'GLOBAL_ADMIN' | 'SPANNING_ADMIN', recentlySignedIn: boolean): Admin => ({
  ...session,
  kind: 'admin',
  method: 'MICROSOFT',
  actor: {
    __typename: 'MicrosoftAdmin',
    key: '',
    displayName: '',
    objectId: '',
    userPrincipalName: '',
    role,
  },
  recentlySignedIn,
})
const technician: Technician = {
  ...session,
  kind: 'technician',
  method: 'KASEYA_VSA',
  clientId: '',
  actor: {
    __typename: 'PartnerTechnician',
    key: '',
    displayName: '',
    platform: 'KASEYA_VSA',
    instance: '',
    subject: '',
    email: null,
  },
  itCompleteLoginEnabled: true,
}

const nobody: Viewer = { kind: 'anonymous' }
const apiToken: Viewer = {
  kind: 'api-token',
  tenantId: own,
  tokenId: other,
  actor: { __typename: 'ApiTokenActor', key: '', displayName: '' },
}

/**
 * The columns of the table: one viewer for each kind of caller. `recent` is the same viewer after a
 * recent sign-in.
 */
const columns: [title: string, viewer: Viewer, recent?: Viewer][] = [
  ['Nobody signed in', nobody],
  [
    'Partner client',
    {
      kind: 'partner-client',
      clientId: '',
      actor: { __typename: 'PartnerClient', key: '', displayName: '', platform: 'KASEYA_VSA' },
    },
  ],
  ['API token', apiToken],
  ['Federated session', technician],
  ['The same, feature off', { ...technician, itCompleteLoginEnabled: false }],
  ['Spanning Admin', admin('SPANNING_ADMIN', false), admin('SPANNING_ADMIN', true)],
  ['Global Admin', admin('GLOBAL_ADMIN', false), admin('GLOBAL_ADMIN', true)],
]

const inputs = {
  own: { tenantId: own, sessionId: other },
  itself: { tenantId: own, sessionId: own },
  elsewhere: { tenantId: other, sessionId: other },
}

async function mayDo(rule: ShieldRule, viewer: Viewer, input: object): Promise<boolean> {
  return (
    (await rule.resolve(
      {},
      { input },
      { viewer, _shield: { cache: {} } } as never,
      {} as never,
      {} as never,
    )) === true
  )
}

async function cell(rule: ShieldRule, viewer: Viewer, recent?: Viewer): Promise<string> {
  if (await mayDo(rule, viewer, inputs.own)) return 'yes'
  if (await mayDo(rule, viewer, inputs.itself)) return 'itself'
  if (recent && (await mayDo(rule, recent, inputs.own))) return 'recently signed in'
  return '–'
}

async function table(
  fields: [name: string, rule: ShieldRule][],
  isMutation: boolean,
): Promise<string[]> {
  const titles = [...columns.map(([title]) => title), ...(isMutation ? ['On another tenant'] : [])]
  const rows = await Promise.all(
    fields.map(async ([name, rule]) => {
      const cells = await Promise.all(
        columns.map(([, viewer, recent]) => cell(rule, viewer, recent)),
      )
      const elsewhere = await Promise.all(
        columns
          .slice(2)
          .map(([, viewer, recent]) => mayDo(rule, recent ?? viewer, inputs.elsewhere)),
      )
      if (isMutation) cells.push(elsewhere.some(Boolean) ? 'by its own evidence' : 'nobody')
      return `| \`${name}\` | ${cells.join(' | ')} |`
    }),
  )
  return [`| | ${titles.join(' | ')} |`, `| --- |${titles.map(() => ' --- |').join('')}`, ...rows]
}

const subgraphs = { tenants, identity, audit } as Record<
  string,
  Record<string, Record<string, ShieldRule>>
>
const fieldsOf = (type: string) =>
  Object.entries(subgraphs).flatMap(([, permissions]) =>
    Object.entries(permissions[type] ?? {}).map(([name, rule]): [string, ShieldRule] => [
      name,
      rule,
    ]),
  )

/** Returns the fields that require authentication and that an API token can read. */
async function fieldsForApiTokens(): Promise<string[]> {
  const lines = Object.values(subgraphs).flatMap((permissions) =>
    Object.entries(permissions).flatMap(([type, fields]) =>
      Object.entries(fields).map(([field, rule]) => ({ name: `${type}.${field}`, rule })),
    ),
  )
  const admitted = await Promise.all(
    lines.map(async ({ name, rule }) =>
      (await mayDo(rule, apiToken, inputs.own)) && !(await mayDo(rule, nobody, inputs.own))
        ? [name]
        : [],
    ),
  )
  return [...new Set(admitted.flat())].map((name) => `\`${name}\``)
}

export async function permissionsTable(): Promise<string> {
  const queries = new Map(fieldsOf('Query'))
  const routes = Object.entries({ ...loginRoutes, ...exportRoutes }).map(
    ([route, { who, action }]) =>
      `| \`${route}\` | ${who} | ${action ? `\`${action}\`` : 'none'} |`,
  )
  return `${[
    '# Who may do what',
    '',
    'Generated by `npm run generate`, which evaluates the rules in `subgraphs/*/permissions.ts`. Do not edit. A field without a rule is denied.',
    '',
    '- **recently signed in**: after a Microsoft sign-in whose `auth_time` is at most 10 minutes old; otherwise STEP_UP_REQUIRED.',
    '- **itself**: a session may end only itself.',
    '- **by its own evidence**: the session does not matter; the operation verifies an assertion, a code, or an answer from Microsoft.',
    '',
    'A mutation that needs a session in the tenant evaluates its rule a second time inside its transaction, under the tenant’s lock, for the session as it is then.',
    '',
    '## Mutations',
    '',
    ...(await table(fieldsOf('Mutation'), true)),
    '',
    '## Queries',
    '',
    'A tenant and everything below it is null unless the caller is signed in to that tenant, or is an API token of it.',
    '',
    ...(await table([...queries], false)),
    '',
    'An API token may read these guarded fields; all others are FORBIDDEN to it:',
    '',
    `${(await fieldsForApiTokens()).join(', ')}.`,
    '',
    '## Login routes and downloads',
    '',
    '| route | who | event |',
    '| --- | --- | --- |',
    ...routes,
  ].join('\n')}\n`
}
