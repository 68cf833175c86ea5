/**
 * Writes what is made from other files: the composed supergraph, the resolvers' types, the public schema, the table of permissions,
 * the console's operations.
 * With --check it writes nothing and fails where a committed file is not what it would write.
 */
import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { composeServices } from '@apollo/composition'
import { printSchema } from '@apollo/federation-internals'
import { generate } from '@graphql-codegen/cli'
import { parse } from 'graphql'
import { codegenConfig, operationsConfig } from './codegen.ts'

const subgraphs = ['tenants', 'identity', 'audit'] as const

const files = new Map<string, string>()

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

const operations = operationsConfig(globSync('console/src/**/*.graphql').toSorted(), apiSchema)
for (const config of [...subgraphs.map(codegenConfig), operations]) {
  const generated = (await generate({ ...config, silent: true, errorsOnly: true }, false)) as {
    filename: string
    content: string
  }[]
  for (const { filename, content } of generated) files.set(filename, content)
}

// Only now: the permissions import the generated types.
const { permissionsTable } = await import('./permissions-table.ts')
files.set('docs/permissions.md', await permissionsTable())

const check = process.argv.includes('--check')
const stale: string[] = []
for (const [path, content] of files) {
  if ((await readFile(path, 'utf8').catch(() => '')) === content) continue
  if (check) stale.push(path)
  else await writeFile(path, content)
}
if (stale.length) {
  console.error(
    `Not as generated: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`,
  )
  process.exitCode = 1
}
