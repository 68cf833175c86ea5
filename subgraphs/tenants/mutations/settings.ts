/** What a tenant chooses: the Login with IT Complete switch, services, notifications. */
import { createHash } from 'node:crypto'
import { and, eq, lt, sql } from 'drizzle-orm'
import { federatedPresence } from '../../../drizzle/reads.ts'
import type { FieldChange, Target } from '../../../drizzle/tables/audit.ts'
import {
  epochRise,
  idempotencyKey,
  type Settings,
  settings,
} from '../../../drizzle/tables/tenants.ts'
import { audited, type MutationReply, throwUserError } from '../../../platform/audit/audited.ts'
import type { Notification } from '../../../platform/audit/outbox.ts'
import { type Member, partnerScope } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import { hasActiveAssociation } from '../entities.ts'
import type {
  MutationResolvers,
  UpdateNotificationSettingsInput,
  UpdateServiceSettingsInput,
} from '../schema.types.ts'
import type { Context } from '../subgraph.ts'

export const settingsMutations: Pick<
  MutationResolvers,
  | 'enableItCompleteLogin'
  | 'disableItCompleteLogin'
  | 'updateServiceSettings'
  | 'updateNotificationSettings'
> = {
  enableItCompleteLogin: (_, { input }, context) =>
    changeSettings(context, 'it_complete_login.enabled', input, async (tx, current, viewer) => {
      if (!(await hasActiveAssociation(tx))) {
        throwUserError(
          'TENANT_NOT_ASSOCIATED',
          'Associate the tenant with a VSA server or UniView portal first.',
        )
      }
      return { set: current.itCompleteLoginEnabled ? {} : switched(true, viewer), notify: {} }
    }),

  disableItCompleteLogin: (_, { input }, context) =>
    changeSettings(context, 'it_complete_login.disabled', input, async (tx, current, viewer) => {
      if (!current.itCompleteLoginEnabled)
        return { set: {}, receipt: { endedSessionCount: 0, endedHandoffCount: 0 } }
      const ended = await federatedPresence(tx, { clientId: partnerScope(viewer) })
      await tx.insert(epochRise).values({
        tenantId: current.tenantId,
        subjectId: current.tenantId,
        epoch: current.epoch + 1,
        reason: 'FEATURE_DISABLED',
      })
      return {
        set: { ...switched(false, viewer), epoch: current.epoch + 1 },
        notify: {},
        receipt: { endedSessionCount: ended.sessionCount, endedHandoffCount: ended.handoffCount },
      }
    }),

  updateServiceSettings: (_, { input }, context) =>
    changeSettings(context, 'service_settings.updated', input, async () => ({
      set: chosenServices(input),
    })),

  updateNotificationSettings: (_, { input }, context) =>
    changeSettings(context, 'notification_settings.updated', input, async (_tx, current) => {
      const set = chosenNotifications(input)
      // Those who are taken off the list are told, too: else it could be emptied in silence.
      return { set, ...(set.recipients && { notify: { alsoTo: current.recipients } }) }
    }),
}

const services = ['mail', 'calendar', 'contacts', 'oneDrive', 'sharePoint', 'teams'] as const
const maxRecipients = 20

const switched = (on: boolean, viewer: Member): Partial<Settings> => ({
  itCompleteLoginEnabled: on,
  itCompleteLoginChangedAt: new Date(),
  itCompleteLoginChangedBy: viewer.actor,
})

const chosenServices = (input: UpdateServiceSettingsInput): Partial<Settings> =>
  Object.fromEntries(
    services.flatMap((service) => (input[service] == null ? [] : [[service, input[service]]])),
  )

function chosenNotifications({
  recipients,
  frequency,
}: UpdateNotificationSettingsInput): Partial<Settings> {
  if (recipients != null) {
    if (recipients.length > maxRecipients)
      throwUserError('LIMIT_EXCEEDED', `At most ${maxRecipients} recipients.`, 'recipients')
    if (new Set(recipients.map((address) => address.toLowerCase())).size < recipients.length) {
      throwUserError('INVALID_VALUE', 'A recipient is named twice.', 'recipients')
    }
    if (!recipients.every((address) => isPlainText(address, 254)))
      throwUserError('INVALID_VALUE', 'An address is too long.', 'recipients')
  }
  return { ...(recipients != null && { recipients }), ...(frequency != null && { frequency }) }
}

interface SettingsInput {
  tenantId: string
  expectedVersion?: number | null
  idempotencyKey?: string | null
}

type Receipt = { endedSessionCount?: number; endedHandoffCount?: number }
type SettingsReply = MutationReply<Receipt & { tenant: Reference }>

/** The steps that all of them share: the same answer to the same key, the expected version, the change, the next version. */
function changeSettings(
  context: Context,
  action: string,
  input: SettingsInput,
  decide: (
    tx: WriteTx,
    current: Settings,
    viewer: Member,
  ) => Promise<{ set: Partial<Settings>; receipt?: Receipt; notify?: Notification }>,
): Promise<SettingsReply> {
  const target: Target = { type: action.split('.')[0]!, id: input.tenantId, displayName: null }
  return audited(context, { action, target }, async (tx, viewer) => {
    const payload = { tenant: { id: viewer.tenantId } }
    const use =
      input.idempotencyKey == null ? null : keyUse(viewer, action, input, input.idempotencyKey)
    const earlier = use && (await earlierReceipt(tx, use))
    if (earlier) return { payload: { ...payload, ...earlier } }

    const current = await currentSettings(tx)
    if (input.expectedVersion != null && input.expectedVersion !== current.version) {
      throwUserError(
        'VERSION_CONFLICT',
        `The settings are at version ${current.version}: read them again.`,
        'expectedVersion',
      )
    }
    const { set, receipt = {}, notify } = await decide(tx, current, viewer)
    const changes = difference(current, set)
    if (changes.length)
      await tx
        .update(settings)
        .set({ ...set, version: current.version + 1 })
        .where(eq(settings.tenantId, viewer.tenantId))
    if (use) await tx.insert(idempotencyKey).values({ ...use, payload: { ...receipt } })
    return { payload: { ...payload, ...receipt }, changes, ...(changes.length && { notify }) }
  })
}

async function currentSettings(tx: ReadTx): Promise<Settings> {
  const [row] = await tx.select().from(settings)
  if (!row) throw new Error('a tenant without settings')
  return row
}

/** What the change shows in the log, under the names that the schema has for the fields. */
function difference(current: Settings, set: Partial<Settings>): FieldChange[] {
  const shown: Partial<Record<keyof Settings, string>> = {
    itCompleteLoginEnabled: 'enabled',
    recipients: 'recipients',
    frequency: 'frequency',
  }
  for (const service of services) shown[service] = service
  return (Object.keys(set) as (keyof Settings)[]).flatMap((field) => {
    const name = shown[field]
    const [before, after] = [current[field], set[field]]
    return name && JSON.stringify(before) !== JSON.stringify(after)
      ? [{ field: name, before, after }]
      : []
  })
}

/** Whose key it is and on what it was used: a key of somebody else, or for another mutation, is another key. */
function keyUse(viewer: Member, action: string, input: SettingsInput, key: string) {
  if (!isPlainText(key, 64))
    throwUserError('INVALID_VALUE', 'An idempotency key has 1 to 64 characters.', 'idempotencyKey')
  const { idempotencyKey: _, ...rest } = input
  const inputHash = createHash('sha256').update(JSON.stringify(rest)).digest('base64url')
  return { tenantId: viewer.tenantId, actorKey: viewer.actor.key, mutation: action, key, inputHash }
}

async function earlierReceipt(
  tx: WriteTx,
  use: ReturnType<typeof keyUse>,
): Promise<Receipt | null> {
  await tx.delete(idempotencyKey).where(lt(idempotencyKey.createdAt, sql`now() - interval '1 day'`))
  const [row] = await tx
    .select()
    .from(idempotencyKey)
    .where(
      and(
        eq(idempotencyKey.actorKey, use.actorKey),
        eq(idempotencyKey.mutation, use.mutation),
        eq(idempotencyKey.key, use.key),
      ),
    )
  if (!row) return null
  if (row.inputHash !== use.inputHash)
    throwUserError(
      'IDEMPOTENCY_KEY_CONFLICT',
      'This key was used with another input.',
      'idempotencyKey',
    )
  return row.payload as Receipt
}
