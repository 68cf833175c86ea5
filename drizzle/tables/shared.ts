import { sql } from 'drizzle-orm'
import { type PgRole, pgPolicy, pgRole, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * The database role of the running service. This role owns no table, and each transaction sees only
 * one tenant.
 */
export const app = pgRole('it_complete_app').existing()
/**
 * The database role of the operator's command line. This role can register tenants and partner
 * instances, and each transaction sees only one tenant.
 */
export const operator = pgRole('it_complete_operator').existing()
/** The database role of the sequencer, which moves events into the sealed Activity Log. */
export const sealer = pgRole('it_complete_sealer').existing()
/**
 * The database role of the retention worker, which creates and drops partitions of the Activity
 * Log.
 */
export const maintenance = pgRole('it_complete_maintenance').existing()

/** A timestamp with millisecond precision, which is also the precision of a JavaScript Date. */
export const moment = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

export const tenantId = () => uuid('tenant_id').notNull()

/**
 * The row-level security policy of tables with tenant data. The policy calls `current_setting`
 * without `missing_ok`, so a transaction without a tenant fails instead of returning no rows.
 */
export const tenantOnly = (...others: PgRole[]) =>
  pgPolicy('tenant_only', {
    to: [app, operator, ...others],
    using: sql`tenant_id = current_setting('app.tenant_id')::uuid`,
    withCheck: sql`tenant_id = current_setting('app.tenant_id')::uuid`,
  })

/** A snapshot of an actor. Each variant has the fields of the GraphQL type of the same name. */
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
