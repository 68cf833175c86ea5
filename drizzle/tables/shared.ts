import { sql } from 'drizzle-orm'
import { type PgRole, pgPolicy, pgRole, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The running service: owns nothing, sees one tenant at a time. */
export const app = pgRole('it_complete_app').existing()
/** The operators' command line: registers tenants and partner instances, and sees one tenant at a time too. */
export const operator = pgRole('it_complete_operator').existing()
/** What seals the Activity Log: takes events from where they wait, and writes what is proven. */
export const sealer = pgRole('it_complete_sealer').existing()
/** What keeps the Activity Log: makes its partitions, and drops those whose time is over. */
export const maintenance = pgRole('it_complete_maintenance').existing()

/** A moment to the millisecond, so that it survives the way through a JavaScript Date and back. */
export const moment = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

export const tenantId = () => uuid('tenant_id').notNull()

/**
 * Row-level security of a tenant-owned table. `current_setting` without `missing_ok`: a transaction that has not said
 * its tenant gets an error instead of rows.
 */
export const tenantOnly = (...others: PgRole[]) =>
  pgPolicy('tenant_only', {
    to: [app, operator, ...others],
    using: sql`tenant_id = current_setting('app.tenant_id')::uuid`,
    withCheck: sql`tenant_id = current_setting('app.tenant_id')::uuid`,
  })

/** Who did something, as they were then; the shape of the GraphQL types of the same names. */
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
