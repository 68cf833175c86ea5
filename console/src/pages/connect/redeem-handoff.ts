/**
 * Redeems the handoff code at an HTTP endpoint of the gateway. GraphQL is not used, because the
 * response sets the session cookie.
 */
import { handoffCode } from '../../app/handoff-code.ts'
import type { PartnerPlatform } from '../../app/viewer.graphql.ts'

interface Connected {
  kind: 'connected'
  tenant: { name: string }
  actor: { displayName: string; instance: string; platform: PartnerPlatform }
}
/** The code was not redeemed, because this browser has a session of another user in the tenant. */
interface Conflict {
  kind: 'conflict'
  tenant: { name: string }
  current: { displayName: string }
  next: { displayName: string }
}
interface Refused {
  kind: 'refused'
  error: { code: string; message: string; requestId: string }
}

const timeoutMs = 20_000

/** @param replace true to end the other user's session in this browser */
export async function redeemHandoff(
  tenantId: string,
  replace: boolean,
): Promise<Connected | Conflict | Refused> {
  const response = await fetch(`/connect/${encodeURIComponent(tenantId)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: handoffCode, replace }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const body = await response.json()
  if (response.ok) return { kind: 'connected', ...body }
  if (response.status === 409) return { kind: 'conflict', ...body }
  if (!body.error)
    throw new Error(
      `The service returned the unexpected status ${response.status}. Try again later.`,
    )
  return { kind: 'refused', ...body }
}
