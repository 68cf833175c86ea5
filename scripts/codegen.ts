/**
 * Configures code generation: resolver types for each schema, and typed operations for the console.
 */
import { readFile } from 'node:fs/promises'
import { codegen } from '@graphql-codegen/core'
import * as typedDocumentNode from '@graphql-codegen/typed-document-node'
import * as typescript from '@graphql-codegen/typescript'
import * as typescriptOperations from '@graphql-codegen/typescript-operations'
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers'
import { buildASTSchema, lexicographicSortSchema, parse, printSchema } from 'graphql'

const pluginMap = {
  typescript,
  'typescript-resolvers': typescriptResolvers,
  'typescript-operations': typescriptOperations,
  'typed-document-node': typedDocumentNode,
}

/** A generated file: its path, the schema in SDL, and the documents and plugins that it needs. */
interface GeneratedFile {
  filename: string
  schema: string
  documents?: string[]
  plugins: (keyof typeof pluginMap)[]
  config: Record<string, unknown>
}

/** Returns the content of a generated file. */
export async function generateFile({
  filename,
  schema,
  documents = [],
  plugins,
  config,
}: GeneratedFile): Promise<string> {
  const sorted = lexicographicSortSchema(
    buildASTSchema(parse(schema), { assumeValidSDL: true, assumeValid: true }),
  )
  return codegen({
    filename,
    schema: parse(printSchema(sorted)),
    schemaAst: sorted,
    documents: await Promise.all(
      documents.map(async (location) => ({
        location,
        document: parse(await readFile(location, 'utf8')),
      })),
    ),
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap,
    config,
  })
}

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
    ActivityIntegrity: './mappers.ts#IntegrityReference',
    ActivityTail: './mappers.ts#TailPage',
    ActivitySummary: './mappers.ts#Summary',
    ActivitySummaryRow: './mappers.ts#SummaryRow',
    ...shared,
  },
} as const

export const resolverTypes = (subgraph: keyof typeof mappers, schema: string): GeneratedFile => ({
  filename: `subgraphs/${subgraph}/schema.types.ts`,
  schema,
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
})

/**
 * Configures the generation of `page.graphql.ts` from `page.graphql`. The generated documents are
 * strings, so that browsers need no GraphQL parser.
 */
export const operationTypes = (path: string, schema: string): GeneratedFile => ({
  filename: `${path}.ts`,
  schema,
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
})
