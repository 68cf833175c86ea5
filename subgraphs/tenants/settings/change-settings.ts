import { eq } from 'drizzle-orm'
import type { FieldChange, Target } from '../../../drizzle/tables/audit.ts'
import { type Settings, settings } from '../../../drizzle/tables/tenants.ts'
import type { AuditActionName } from '../../../platform/audit/actions.ts'
import {
  type AuditedResult,
  audited,
  type MutationReply,
  throwUserError,
} from '../../../platform/audit/audited.ts'
import type { Member } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import type { ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import type { Context } from '../context.ts'
import { claimIdempotencyKey, type Receipt, storeReceipt } from './idempotency.ts'
import { services } from './services.ts'

interface SettingsInput {
  tenantId: string
  expectedVersion?: number | null
  idempotencyKey?: string | null
}

interface SettingsChange<Name extends AuditActionName>
  extends Pick<AuditedResult<unknown, Name>, 'notify'> {
  set: Partial<Settings>
  receipt?: Receipt
}

/**
 * Runs a settings mutation in an audited transaction. Checks the idempotency key and the expected
 * version, stores the new values, and increments the version. If no value changes, the version
 * stays the same and no e-mail is sent.
 * @throws user errors VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT, INVALID_VALUE, and the user
 *   errors of `decide`
 */
export function changeSettings<Name extends AuditActionName>(
  context: Context,
  action: Name,
  input: SettingsInput,
  decide: (tx: WriteTx, current: Settings, viewer: Member) => Promise<SettingsChange<Name>>,
): Promise<MutationReply<Receipt & { tenant: Reference }>> {
  const target: Target = { type: action.split('.')[0] ?? '', id: input.tenantId, displayName: null }
  return audited(context, { action, target }, async (tx, viewer) => {
    const payload = { tenant: { id: viewer.tenantId } }
    const claim = await claimIdempotencyKey(tx, viewer, action, input)
    if (claim?.receipt) return { payload: { ...payload, ...claim.receipt } }

    const current = await currentSettings(tx)
    if (input.expectedVersion != null && input.expectedVersion !== current.version)
      throwUserError(
        'VERSION_CONFLICT',
        `The settings are now at version ${current.version}. Read them again and retry.`,
        'expectedVersion',
      )
    const { set, receipt = {}, notify } = await decide(tx, current, viewer)
    const changes = changedFields(current, set)
    if (changes.length)
      await tx
        .update(settings)
        .set({ ...set, version: current.version + 1 })
        .where(eq(settings.tenantId, viewer.tenantId))
    if (claim) await storeReceipt(tx, claim, receipt)
    return { payload: { ...payload, ...receipt }, changes, ...(changes.length && { notify }) }
  })
}

async function currentSettings(tx: ReadTx): Promise<Settings> {
  const [row] = await tx.select().from(settings)
  if (!row) throw new Error('The tenant has no settings row.')
  return row
}

/**
 * The settings columns that the Activity Log shows, with their field names in the GraphQL schema.
 */
const loggedNames: Partial<Record<keyof Settings, string>> = {
  itCompleteLoginEnabled: 'enabled',
  recipients: 'recipients',
  frequency: 'frequency',
  ...Object.fromEntries(services.map((service) => [service, service])),
}

function changedFields(current: Settings, set: Partial<Settings>): FieldChange[] {
  return (Object.keys(set) as (keyof Settings)[]).flatMap((column) => {
    const field = loggedNames[column]
    const [before, after] = [current[column], set[column]]
    return field && JSON.stringify(before) !== JSON.stringify(after)
      ? [{ field, before, after }]
      : []
  })
}
