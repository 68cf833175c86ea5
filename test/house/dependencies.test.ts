/** What production runs imports only what `npm prune --omit=dev` leaves. */
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')

/** The console is built before, and the demo says when its packages are missing. */
const inProduction = globSync(
  '{admin,drizzle,gateway,notifications,platform,proof,subgraphs,verify-cli}/**/*.ts',
  { cwd: root },
)

/** Returns the packages that a file loads at run time. `import type` loads nothing. */
const packagesOf = (path: string) =>
  [
    ...text(path).matchAll(
      /(?:^(?:import|export)\s+(?!type\b)[^'";]*?from\s*|^import\s*|\bimport\(|\brequire\()'([^'.][^']*)'/gm,
    ),
  ]
    .map(([, name]) => name!)
    .filter((name) => !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))

test('production code imports only production dependencies', () => {
  const { dependencies } = JSON.parse(text('package.json')) as {
    dependencies: Record<string, string>
  }
  const imports = inProduction.flatMap((path) => packagesOf(path).map((name) => ({ path, name })))
  expect(new Set(imports.map(({ name }) => name)).size).toBeGreaterThan(15)
  expect(imports.filter(({ name }) => !Object.hasOwn(dependencies, name))).toEqual([])
})

test('each import is declared, and each declared package is used', () => {
  const { dependencies, devDependencies } = JSON.parse(text('package.json')) as {
    dependencies: Record<string, string>
    devDependencies: Record<string, string>
  }
  const declared = Object.keys({ ...dependencies, ...devDependencies })
  const files = globSync('**/*.{ts,tsx,cjs}', {
    cwd: root,
    exclude: ['**/node_modules/**', 'console/dist/**'],
  })
  const imports = files.flatMap((path) =>
    [...text(path).matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*'([@a-z][\w@./-]*)'/g)]
      .map(([, name]) => name!)
      .filter((name) => !isBuiltin(name))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')),
  )
  expect([...new Set(imports)].filter((name) => !declared.includes(name))).toEqual([])

  const commands = [
    Object.values(
      (JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts,
    ),
    text('CONTRIBUTING.md'),
  ].join('\n')
  const unused = declared.filter(
    (name) =>
      !imports.includes(name) &&
      !name.startsWith('@types/') &&
      !commands.includes(name.replace('@biomejs/', '').replace('typescript', 'tsc')),
  )
  expect(unused).toEqual([])
})
