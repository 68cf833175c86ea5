import { handoffByCode } from '../../../drizzle/reads/handoffs.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { parseToken } from '../../../platform/auth/tokens.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { isBoundTo, type Presenter, redemptionFailure } from './handoff-state.ts'

/**
 * Returns the user whom a code would sign in, without consuming the code. The sign-in page asks for
 * confirmation before it replaces the session of another user.
 * @returns null if this browser or partner client cannot redeem the code now
 */
export async function readHandoff(
  db: Database,
  code: string,
  presenter: Presenter,
): Promise<Actor | null> {
  const token = parseToken(code)
  const state = token && (await db.read(token.tenantId, (tx) => handoffByCode(tx, token.hash)))
  if (!state || state.handoff.consumedAt) return null
  return isBoundTo(state.handoff, presenter) && !redemptionFailure(state)
    ? state.handoff.actor
    : null
}
