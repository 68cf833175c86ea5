/**
 * Generates docs/errors.md, which lists every error code that a client can receive. The codes come
 * from the TypeScript types and the schemas. If a new code has no row here, compilation or
 * generation fails.
 */
import { readFileSync } from 'node:fs'
import { type DocumentNode, Kind, parse } from 'graphql'
import type { ClientErrorCode } from '../platform/lib/errors.ts'
import type { UserErrorCode as AuditCode } from '../subgraphs/audit/schema.types.ts'
import type { UserErrorCode as IdentityCode } from '../subgraphs/identity/schema.types.ts'
import type { RefusedEvent } from '../subgraphs/identity/security-events/refused-event.ts'
import type { UserErrorCode as TenantsCode } from '../subgraphs/tenants/schema.types.ts'

interface ErrorRow {
  /** The HTTP status of the response, and the place of the code in the response. */
  where: string
  meaning: string
  action: string
  retry: string
}

/** A row for a user error. `where` and `meaning` come from the schemas. */
type UserErrorRow = Pick<ErrorRow, 'action' | 'retry'>

const no = 'no'
const afterCorrection = 'after correcting the request'

const clientErrors = {
  UNAUTHENTICATED: {
    where: '200, in `errors`; 401 from downloads',
    meaning: 'The request has no valid credentials, or its session or token has ended.',
    action: 'Sign in again. A partner client signs a new client authentication.',
    retry: 'after signing in',
  },
  FORBIDDEN: {
    where: '200, in `errors`; 403 from downloads and sign-in routes',
    meaning:
      'The caller has no permission, or the object belongs to another tenant. On sign-in routes: the sign-in was refused, and the Activity Log has the reason under the `requestId`.',
    action: 'See permissions.md for who may do it.',
    retry: no,
  },
  MICROSOFT_SIGN_IN_REQUIRED: {
    where: '200, in `errors`; 401 from downloads',
    meaning: 'The tenant turned Login with IT Complete off, so federated sessions have ended.',
    action: 'Sign in with Microsoft, or ask an admin of the tenant to turn the feature on.',
    retry: 'after signing in',
  },
  STEP_UP_REQUIRED: {
    where: '200, in `errors`',
    meaning: 'The operation needs a Microsoft sign-in of the last 10 minutes.',
    action: 'Send the user through `/login/microsoft` or `startMicrosoftLogin` with `stepUp`.',
    retry: 'after signing in',
  },
  RATE_LIMITED: {
    where: '429',
    meaning: 'Too many requests in one minute, or too many exports at the same time.',
    action: 'Wait for the number of seconds in the `Retry-After` header.',
    retry: 'after `Retry-After`',
  },
  OVERLOADED: {
    where: '503; 200, in `errors`, when other fields were answered',
    meaning: 'The service sheds load or is starting. Nothing was executed for these fields.',
    action: 'Wait for the number of seconds in the `Retry-After` header, then retry.',
    retry: 'after `Retry-After`',
  },
  TIMEOUT: {
    where: '504; 200, in `errors`, when other fields were answered',
    meaning:
      'The deadline of the request passed. The message says whether nothing was changed or a change may have been saved.',
    action: 'Read the data again before you repeat a mutation, or send it with an idempotency key.',
    retry: 'queries yes, mutations after reading',
  },
  PARTNER_KEYS_UNAVAILABLE: {
    where: '503, in `errors` or, for security events, without a body',
    meaning:
      'The JWKS URL of the partner instance did not respond with a key set, so the signature could not be checked. Nothing was changed or consumed.',
    action: 'Wait for the number of seconds in the `Retry-After` header, then send the same again.',
    retry: 'after `Retry-After`',
  },
  BAD_USER_INPUT: {
    where: '200 or 400, in `errors`; 400 from downloads, 503 when the log has no events yet',
    meaning:
      'An argument, a variable or a parameter is invalid; or the request has both a cookie and a bearer token.',
    action: 'Correct what the message names.',
    retry: afterCorrection,
  },
  INTERNAL_SERVER_ERROR: {
    where: '200, in `errors`; 500 or 503 outside GraphQL',
    meaning:
      'A failure on the server side: a defect, a database or a subgraph that is unavailable, or Microsoft Entra ID that cannot be reached. The message says if a change may have been saved.',
    action: 'Retry with back-off. If it persists, send the time and the operation to support.',
    retry: 'queries yes, mutations after reading',
  },
  BAD_REQUEST: {
    where: '400, 405, 408, 413, 415, 417 or 431',
    meaning:
      'The request is not valid HTTP or GraphQL over HTTP: method, media type, size, or headers.',
    action: 'Correct what the message names.',
    retry: afterCorrection,
  },
  NOT_FOUND: {
    where: '404',
    meaning:
      'The service has nothing at this path. A browser that opens it gets a page, except at paths that only programs call.',
    action: 'Use the endpoints of `/.well-known/it-complete-login`.',
    retry: no,
  },
  MISDIRECTED_REQUEST: {
    where: '421',
    meaning: 'The Host header names another host than PUBLIC_URL.',
    action: 'Call the service at its public URL; a proxy must pass the Host header on.',
    retry: no,
  },
  GRAPHQL_PARSE_FAILED: {
    where: '400, in `errors`',
    meaning: 'The document is not valid GraphQL syntax, or has more tokens than limits.md allows.',
    action: 'Correct the document.',
    retry: afterCorrection,
  },
  GRAPHQL_VALIDATION_FAILED: {
    where: '400, in `errors`',
    meaning:
      'The document does not match the schema, or exceeds a limit of limits.md (depth, aliases, directives).',
    action: 'Correct the document; compare it with schema.graphql.',
    retry: afterCorrection,
  },
  OPERATION_RESOLUTION_FAILURE: {
    where: '400, in `errors`',
    meaning: 'The document has several operations, and `operationName` names none of them.',
    action: 'Set `operationName`.',
    retry: afterCorrection,
  },
  COST_LIMIT_EXCEEDED: {
    where: '400, in `errors`',
    meaning: 'The operation costs more than 20,000, or selects more than 5,000 fields.',
    action: 'Request smaller pages, or split the operation.',
    retry: afterCorrection,
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    where: '200, in `errors`',
    meaning: 'The request has the hash of a document instead of the document.',
    action: 'Send the full document.',
    retry: afterCorrection,
  },
} as const satisfies Record<ClientErrorCode, ErrorRow>

const newAssertion = 'with a new assertion'

const userErrors: Record<TenantsCode | IdentityCode | AuditCode, UserErrorRow> = {
  INVALID_VALUE: {
    action: 'Correct the input field that `field` names, by the bounds in the message.',
    retry: afterCorrection,
  },
  NOT_FOUND: { action: 'Read the list again; the object may have ended meanwhile.', retry: no },
  LIMIT_EXCEEDED: { action: 'Remove entries first.', retry: 'after removing entries' },
  VERSION_CONFLICT: {
    action: 'Read the settings again, apply the change, and send the new version.',
    retry: 'with the new version',
  },
  IDEMPOTENCY_KEY_CONFLICT: {
    action: 'Use a new key for each new input.',
    retry: 'with a new key',
  },
  TENANT_NOT_ASSOCIATED: {
    action: 'Associate a partner instance first (`associatePartner`).',
    retry: 'after associating',
  },
  PARTNER_NOT_FOUND: { action: 'Ask the partner for its client ID.', retry: no },
  ALREADY_ASSOCIATED: {
    action: 'Use the association that exists, or `updatePartnerAssociation`.',
    retry: no,
  },
  LAST_ADMIN: { action: 'Grant another Spanning Admin first, or ask a Global Admin.', retry: no },
  ASSERTION_INVALID: {
    action: 'Call `validateHandoff`, which names the check that fails.',
    retry: newAssertion,
  },
  ASSERTION_EXPIRED: {
    action: 'Check the clock; `exp` is at most 120 seconds after `iat`.',
    retry: newAssertion,
  },
  ASSERTION_REPLAYED: { action: 'Sign each assertion with a new `jti`.', retry: newAssertion },
  AUDIENCE_MISMATCH: {
    action: 'Set `aud` to the `issuer` of `/.well-known/it-complete-login`.',
    retry: newAssertion,
  },
  TENANT_MISMATCH: {
    action: 'Sign in with an account of the requested organization.',
    retry: 'with another account',
  },
  BINDING_MISMATCH: {
    action: 'Start the handoff again in the browser, or with the client, that will finish it.',
    retry: 'from the start',
  },
  PARTNER_NOT_ASSOCIATED: {
    action: 'Check the tenant ID, or ask an admin of the tenant to add the partner.',
    retry: no,
  },
  MICROSOFT_SIGN_IN_REQUIRED: {
    action: 'Ask an admin of the tenant to turn the feature on, or sign in with Microsoft.',
    retry: no,
  },
  TECHNICIAN_NOT_ALLOWED: {
    action: 'Ask an admin of the tenant to allow this technician.',
    retry: no,
  },
  MFA_REQUIRED: {
    action:
      'Have the technician sign in at the partner with multi-factor authentication; send `amr` and `auth_time`.',
    retry: newAssertion,
  },
  HANDOFF_INVALID: { action: 'Send the code as `createHandoff` returned it.', retry: no },
  HANDOFF_EXPIRED: {
    action: 'Redeem within 60 seconds. Start a new handoff.',
    retry: 'from the start',
  },
  HANDOFF_ALREADY_REDEEMED: { action: 'Start a new handoff.', retry: 'from the start' },
  LOGIN_INVALID: {
    action: 'Start a new sign-in; finish it within 15 minutes in the same client.',
    retry: 'from the start',
  },
}

const eventErrors = {
  invalid_request: {
    where: '400',
    meaning: 'The event is malformed, of another type, or has a value out of bounds.',
    action: 'Correct what `description` names.',
    retry: afterCorrection,
  },
  invalid_issuer: {
    where: '400',
    meaning: '`iss` is not the issuer of a registered partner instance.',
    action: 'Use the issuer that the operator registered.',
    retry: afterCorrection,
  },
  invalid_key: {
    where: '400',
    meaning: '`kid` and `alg` match no key that is registered or published, or it is revoked.',
    action: 'Sign with a valid key.',
    retry: afterCorrection,
  },
  invalid_audience: {
    where: '400',
    meaning: '`aud` is not this service alone.',
    action: 'Set `aud` to the `issuer` of `/.well-known/it-complete-login`.',
    retry: afterCorrection,
  },
  authentication_failed: {
    where: '400',
    meaning: 'The signature does not verify.',
    action: 'Sign with the private key that belongs to `kid`.',
    retry: afterCorrection,
  },
} as const satisfies Record<RefusedEvent['err'], ErrorRow>

const subgraphs = ['tenants', 'identity', 'audit'] as const

/**
 * Returns the table rows of the user errors in the schemas.
 * @throws when a code in a schema has no row, or a row has no code in a schema
 */
function userErrorRows(): [code: string, row: ErrorRow][] {
  const documents = subgraphs.map((name) =>
    parse(readFileSync(`subgraphs/${name}/schema.graphql`, 'utf8')),
  )
  const meanings = new Map(documents.flatMap(codesOf))
  const mutations = documents.flatMap(mutationsWithCodes)
  const reactions = new Map<string, UserErrorRow>(Object.entries(userErrors))
  const unmatched = [
    ...[...meanings.keys()].filter((code) => !reactions.has(code)),
    ...[...reactions.keys()].filter((code) => !meanings.has(code)),
  ]
  if (unmatched.length)
    throw new Error(
      `Missing or unknown error codes in scripts/errors-table.ts: ${unmatched.join(', ')}.`,
    )
  return [...meanings].map(([code, meaning]) => {
    const where = mutations.filter(({ codes }) => codes.includes(code)).map(({ name }) => name)
    return [
      code,
      { ...reactions.get(code)!, meaning, where: where.map((name) => `\`${name}\``).join(', ') },
    ]
  })
}

function codesOf(document: DocumentNode): [code: string, description: string][] {
  const type = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'UserErrorCode',
  )
  if (type?.kind !== Kind.ENUM_TYPE_DEFINITION) return []
  return (type.values ?? []).map(({ name, description }) => [name.value, description?.value ?? ''])
}

/**
 * Extracts the error codes from the descriptions of the mutations, such as "Codes: NOT_FOUND,
 * INVALID_VALUE."
 */
const mutationsWithCodes = (document: DocumentNode): { name: string; codes: string[] }[] =>
  document.definitions.flatMap((node) => {
    const isObject =
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
    if (!isObject || node.name.value !== 'Mutation') return []
    return (node.fields ?? []).map(({ name, description }) => {
      const codes = /Codes: ([A-Z_, ]+)/.exec(description?.value ?? '')?.[1] ?? ''
      return { name: name.value, codes: codes.split(', ') }
    })
  })

const table = (rows: [code: string, row: ErrorRow][]): string =>
  [
    '| Code | Where | Meaning | What to do | Retry |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      ([code, { where, meaning, action, retry }]) =>
        `| \`${code}\` | ${where} | ${meaning} | ${action} | ${retry} |`,
    ),
  ].join('\n')

export function errorsTable(): string {
  return `# Errors

Generated by \`npm run generate\` from \`scripts/errors-table.ts\` and the schemas. Do not edit.

You want to handle an error: look up its code here. Codes are stable; messages are for people and may change. New codes may be added, so treat an unknown code like \`INTERNAL_SERVER_ERROR\`. Retry with exponential back-off and random jitter, a limited number of times.

## Errors of a request or a field

In \`errors[].extensions.code\`. Errors before GraphQL runs have the same form, \`{ "errors": [{ "message", "extensions": { "code" } }] }\`. Sign-in routes answer JSON requests with \`{ "error": { "code", "message", "requestId" } }\`, and browsers with a page; only there do clients see the request ID, which is the support ID of the Activity Log. A field that is refused is null, and the other fields are answered.

${table(Object.entries(clientErrors))}

## User errors of mutations

In \`userErrors[].code\`, with the path of the input field in \`field\`. The refusal is recorded in the Activity Log. The mutation changed nothing, with one exception: a handoff code that \`redeemHandoff\` refuses is used up. An invalid idempotency key is \`INVALID_VALUE\` in every mutation that takes one.

${table(userErrorRows())}

## Errors of security events

\`POST /events/caep\` answers \`{ "err", "description" }\` (RFC 8935 §2.4). Status 202 means that the event was processed. Status 503 has the body \`{}\`: send the same event again after \`Retry-After\`; receiving an event twice is harmless.

${table(Object.entries(eventErrors))}
`
}
