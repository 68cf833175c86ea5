import type { FieldChange } from '../../../drizzle/tables/audit.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { received } from '../assertion/checks/check.ts'
import { clockSkewSeconds, isMilliseconds } from '../jwt/clock.ts'
import { EventRefused } from './refused-event.ts'
import type { VerifiedEvent } from './verify-event.ts'

const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

const maxAgeSeconds = 24 * 3_600

/**
 * A revocation by a partner. Ends all sessions and handoffs of one technician that were created
 * before `createdBefore`.
 */
export interface Revocation {
  subject: string
  /** An exclusive upper bound, in milliseconds since 1970. */
  createdBefore: number
  /** The partner's reasons for the revocation, which the Activity Log records. */
  stated: FieldChange[]
}

/**
 * Parses a `session-revoked` event (CAEP 1.0 §3.1).
 * @throws EventRefused if a claim is missing or invalid
 */
export function parseSessionRevoked({ claims, instance }: VerifiedEvent): Revocation {
  const nowSeconds = Date.now() / 1000
  for (const name of ['exp', 'sub'])
    if (name in claims) refuse(`A security event token must not contain \`${name}\`.`)
  if ('nbf' in claims) parseTime('nbf', claims.nbf, nowSeconds)
  const iat = parseIssuedAt(claims.iat, nowSeconds)
  const subject = parseSubject(claims.sub_id, instance.issuer)
  const event = parseEvent(claims.events)
  return {
    subject,
    createdBefore: parseTimestamp(event.event_timestamp ?? iat, nowSeconds),
    stated: parseStatements(event),
  }
}

function refuse(description: string): never {
  throw new EventRefused('invalid_request', description)
}

function parseIssuedAt(iat: unknown, nowSeconds: number): number {
  const seconds = parseTime('iat', iat, nowSeconds)
  if (seconds < nowSeconds - maxAgeSeconds)
    refuse(`\`iat\` must not be more than 24 hours in the past; it was \`${seconds}\`.`)
  return seconds
}

function parseTime(name: string, value: unknown, nowSeconds: number): number {
  if (!isInteger(value) || value > nowSeconds + clockSkewSeconds)
    refuseTime(name, 'an integer in seconds since 1970', value)
  return value
}

function refuseTime(name: string, expected: string, value: unknown): never {
  const hint = isMilliseconds(Number(value)) ? ', which are milliseconds' : ''
  refuse(
    `\`${name}\` must be ${expected} and must not be in the future; ${received(name, value)}${hint}.`,
  )
}

/** Returns the technician ID from `sub_id` (RFC 9493 §3.2.4). */
function parseSubject(subject: unknown, issuer: string): string {
  if (!isObject(subject)) refuse('`sub_id` must be an object with the format `iss_sub` (RFC 9493).')
  if (subject.format !== 'iss_sub')
    refuse(
      `\`sub_id\` must have the format \`iss_sub\` (RFC 9493); ${received('sub_id.format', subject.format)}.`,
    )
  if (subject.iss !== issuer)
    refuse('`sub_id.iss` must equal the `iss` of the security event token.')
  if (typeof subject.sub !== 'string' || !isPlainText(subject.sub, 255))
    refuse('`sub_id.sub` must be a technician ID: one line of 1 to 255 characters.')
  return subject.sub
}

function parseEvent(events: unknown): Record<string, unknown> {
  const event =
    isObject(events) && Object.keys(events).length === 1 ? events[sessionRevoked] : undefined
  if (!isObject(event))
    refuse(
      `\`events\` must contain only the event \`${sessionRevoked}\`; ${received('events', isObject(events) ? Object.keys(events) : events)}.`,
    )
  return event
}

/**
 * Returns the exclusive upper bound for the creation time of revoked sessions, in milliseconds. A
 * timestamp in whole seconds includes sessions that were created during that second.
 */
function parseTimestamp(seconds: unknown, nowSeconds: number): number {
  const isValid =
    typeof seconds === 'number' &&
    Number.isFinite(seconds) &&
    seconds >= 0 &&
    seconds <= nowSeconds + clockSkewSeconds
  if (!isValid) refuseTime('event_timestamp', 'in seconds since 1970', seconds)
  return Number.isInteger(seconds) ? (seconds + 1) * 1000 : seconds * 1000 + 1
}

/**
 * Returns `initiating_entity` and `reason_admin` as field changes for the Activity Log. If
 * `reason_admin` contains texts in several languages, uses the first text.
 */
function parseStatements(event: Record<string, unknown>): FieldChange[] {
  const reasonAdmin = isObject(event.reason_admin)
    ? Object.values(event.reason_admin)[0]
    : event.reason_admin
  const statements = { initiatingEntity: event.initiating_entity, reasonAdmin }
  return Object.entries(statements).flatMap(([field, after]) =>
    typeof after === 'string' && isPlainText(after, 500) ? [{ field, before: null, after }] : [],
  )
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
