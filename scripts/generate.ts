/**
 * Writes the generated files: the composed supergraph, the resolvers' types, the public schema, the
 * console's operations and labels, and the tables of permissions, errors and audit actions. With
 * --check, the script writes nothing, and fails if a committed file is out of date.
 */
import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { composeServices } from '@apollo/composition'
import { printSchema } from '@apollo/federation-internals'
import { parse } from 'graphql'
import { actionLabelsModule, auditActionsTable } from './audit-actions.ts'
import { generateFile, operationTypes, resolverTypes } from './codegen.ts'

const subgraphs = ['tenants', 'identity', 'audit'] as const

const files = new Map<string, string>()

files.set('docs/audit-actions.md', auditActionsTable())
files.set('console/src/pages/activity/action-labels.generated.ts', actionLabelsModule())

const services = await Promise.all(
  subgraphs.map(async (name) => ({
    name,
    url: `http://${name}.subgraph.invalid/graphql`,
    typeDefs: parse(await readFile(`subgraphs/${name}/schema.graphql`, 'utf8')),
  })),
)
const composed = composeServices(services)
if (composed.errors) throw new Error(composed.errors.map((error) => error.message).join('\n'))
files.set('gateway/supergraph.graphql', composed.supergraphSdl)
const apiSchema = `${printSchema(composed.schema.toAPISchema())}\n`
files.set('docs/schema.graphql', apiSchema)

const generated = [
  ...(await Promise.all(
    subgraphs.map(async (name) =>
      resolverTypes(name, await readFile(`subgraphs/${name}/schema.graphql`, 'utf8')),
    ),
  )),
  ...globSync('console/src/**/*.graphql')
    .toSorted()
    .map((path) => operationTypes(path, apiSchema)),
]
for (const file of generated) files.set(file.filename, await generateFile(file))

// This import must come after the generation, because the permissions import generated types.
const { permissionsTable } = await import('./permissions-table.ts')
files.set('docs/permissions.md', await permissionsTable())
const { errorsTable } = await import('./errors-table.ts')
files.set('docs/errors.md', errorsTable())

const check = process.argv.includes('--check')
const stale: string[] = []
for (const [path, content] of files) {
  if ((await readFile(path, 'utf8').catch(() => '')) === content) continue
  if (check) stale.push(path)
  else await writeFile(path, content)
}
if (stale.length) {
  console.error(
    `These files are out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit the result.`,
  )
  process.exitCode = 1
}
