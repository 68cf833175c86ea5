/**
 * Redeems the handoff code with the gateway. Done over plain HTTP, because the answer sets the
 * session cookie.
 */
import { handoffCode } from '../../app/handoff-code.ts'
import type { PartnerPlatform } from '../../app/viewer.graphql.ts'

interface Connected {
  kind: 'connected'
  tenant: { name: string }
  actor: { displayName: string; instance: string; platform: PartnerPlatform }
}
/** This browser has a session of another person at the tenant; nothing was redeemed. */
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

/** @param replace true to end another person's session in this browser */
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
  if (!body.error) throw new Error(`Unexpected answer with status ${response.status}.`)
  return { kind: 'refused', ...body }
}
