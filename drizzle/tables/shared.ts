import { sql } from 'drizzle-orm'
import { type PgRole, pgPolicy, pgRole, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The role of the running service. It owns no table and sees one tenant at a time. */
export const app = pgRole('it_complete_app').existing()
/**
 * The role of the operator's command line. It registers tenants and partner instances and sees one
 * tenant at a time.
 */
export const operator = pgRole('it_complete_operator').existing()
/** The role of the sequencer, which moves events into the sealed log. */
export const sealer = pgRole('it_complete_sealer').existing()
/** The role of the retention worker, which creates and drops partitions of the Activity Log. */
export const maintenance = pgRole('it_complete_maintenance').existing()

/** A timestamp with millisecond precision, because a JavaScript Date is not more precise. */
export const moment = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

export const tenantId = () => uuid('tenant_id').notNull()

/**
 * The row-level security policy of a tenant-owned table. `current_setting` is called without
 * `missing_ok`, so a transaction without a tenant gets an error instead of rows.
 */
export const tenantOnly = (...others: PgRole[]) =>
  pgPolicy('tenant_only', {
    to: [app, operator, ...others],
    using: sql`tenant_id = current_setting('app.tenant_id')::uuid`,
    withCheck: sql`tenant_id = current_setting('app.tenant_id')::uuid`,
  })

/** A snapshot of an actor, with the shape of the GraphQL types of the same names. */
export type Actor =
  | {
      __typename: 'MicrosoftAdmin'
      key: string
      displayName: string
      objectId: string
      userPrincipalName: string
      role: 'GLOBAL_ADMIN' | 'SPANNING_ADMIN'
    }
  | {
      __typename: 'MicrosoftUser'
      key: string
      displayName: string
      objectId: string
      userPrincipalName: string
    }
  | {
      __typename: 'PartnerTechnician'
      key: string
      displayName: string
      platform: PartnerPlatform
      instance: string
      subject: string
      email: string | null
    }
  | { __typename: 'PartnerClient'; key: string; displayName: string; platform: PartnerPlatform }
  | { __typename: 'ApiTokenActor'; key: string; displayName: string }
  | {
      __typename: 'OperatorActor' | 'SystemActor' | 'AnonymousActor'
      key: string
      displayName: string
    }

export type PartnerPlatform = 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'
