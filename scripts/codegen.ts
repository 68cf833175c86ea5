/**
 * Configures code generation: resolver types for each schema, and typed operations for the console.
 */
import type { CodegenConfig } from '@graphql-codegen/cli'

const shared = {
  UserError: '../../platform/lib/errors.ts#UserError as UserErrorValue',
  Actor: '../../drizzle/tables/shared.ts#Actor as ActorSnapshot',
}

const mappers = {
  tenants: {
    Tenant: '../../platform/graphql/context.ts#Reference',
    Session: '../../platform/graphql/context.ts#Reference',
    ApiToken: '../../platform/graphql/context.ts#Reference',
    ActivityEvent: '../../platform/graphql/context.ts#Reference',
    TenantSettings: '../../drizzle/tables/tenants.ts#Settings',
    ItCompleteLogin: '../../drizzle/tables/tenants.ts#Settings',
    PartnerAssociation: './mappers.ts#Association',
    ...shared,
  },
  identity: {
    Tenant: '../../platform/graphql/context.ts#Reference',
    ItCompleteLogin: './mappers.ts#ItCompleteLoginReference',
    Session: './mappers.ts#SessionRow',
    ApiToken: './mappers.ts#ApiTokenRow',
    ...shared,
    Viewer: '../../platform/auth/viewer.ts#Viewer as ViewerValue',
  },
  audit: {
    Tenant: '../../platform/graphql/context.ts#Reference',
    Session: '../../platform/graphql/context.ts#Reference',
    ActivityEvent: '../../drizzle/tables/views.ts#Activity',
    ActivityEventConnection: './mappers.ts#ActivityPage',
    ActivityCheckpoint: './mappers.ts#CheckpointRow',
    ActivityIntegrity: './mappers.ts#IntegrityProof',
    ActivityTail: './mappers.ts#TailPage',
    ActivitySummary: './mappers.ts#Summary',
    ActivitySummaryRow: './mappers.ts#SummaryRow',
    ...shared,
  },
} as const

export const codegenConfig = (subgraph: keyof typeof mappers): CodegenConfig => ({
  schema: [`subgraphs/${subgraph}/schema.graphql`],
  generates: {
    [`subgraphs/${subgraph}/schema.types.ts`]: {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        contextType: './context.ts#Context',
        mappers: mappers[subgraph],
        defaultMapper: 'Partial<{T}>',
        scalars: {
          ID: 'string',
          DateTime: 'Date',
          UUID: 'string',
          URL: 'string',
          EmailAddress: 'string',
          JSON: 'unknown',
          SafeInt: 'number',
          Base64: 'Uint8Array',
          _FieldSet: 'string',
        },
      },
    },
  },
})

/**
 * Configures the generation of `page.graphql.ts` from `page.graphql`. The generated documents are
 * strings, so that browsers need no GraphQL parser.
 */
export const operationsConfig = (paths: string[], schema: string): CodegenConfig => ({
  schema,
  generates: Object.fromEntries(
    paths.map((path) => [
      `${path}.ts`,
      {
        documents: [path],
        plugins: ['typescript-operations', 'typed-document-node'],
        config: {
          documentMode: 'string',
          useTypeImports: true,
          enumsAsTypes: true,
          strictScalars: true,
          scalars: {
            DateTime: 'string',
            UUID: 'string',
            URL: 'string',
            EmailAddress: 'string',
            JSON: 'unknown',
            SafeInt: 'number',
            Base64: 'string',
          },
        },
      },
    ]),
  ),
})
