/**
 * Import rules: gateway/service.ts -> subgraphs -> platform -> drizzle, no circular imports, and no
 * unused files.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const withoutComments = (code: string) =>
  code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')

const exclude = ['node_modules/**', '.*/**', '**/node_modules/**', 'console/dist*/**']
const files = globSync('**/*.{ts,tsx}', { cwd: root, exclude }).toSorted()
const code = new Map(files.map((path) => [path, withoutComments(text(path))]))

/**
 * Returns the project's files that a file imports (`import`, `export from`, `import()`) or starts
 * by path as a process or worker.
 */
function importsOf(path: string): string[] {
  const found = [
    ...code
      .get(path)!
      .matchAll(/(?:\bfrom|\bimport|\bimport\(|new URL\()\s*'(\.{1,2}\/[^']+\.tsx?)'/g),
  ]
  return found.map(([, target]) => relative(root, join(root, dirname(path), target!)))
}
const imports = new Map(files.map((path) => [path, importsOf(path)]))

/** Returns the strongly connected components with more than one file (Tarjan's algorithm). */
function circlesIn(graph: Map<string, string[]>): string[][] {
  const circles: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const visit = (file: string) => {
    const own = index.size
    index.set(file, own)
    low.set(file, own)
    stack.push(file)
    for (const target of graph.get(file) ?? []) {
      if (!graph.has(target)) continue
      if (!index.has(target)) visit(target)
      if (stack.includes(target)) low.set(file, Math.min(low.get(file)!, low.get(target)!))
    }
    if (low.get(file) !== own) return
    const component = stack.splice(stack.indexOf(file))
    if (component.length > 1) circles.push(component)
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file)
  return circles
}

const part = (path: string) => path.split('/')[0]!
const subgraphOf = (path: string) => (part(path) === 'subgraphs' ? path.split('/')[1]! : null)

test('the parser finds imports, and each names an existing file', () => {
  expect(files.length).toBeGreaterThan(60)
  expect(imports.get('gateway/service.ts')).toEqual(
    expect.arrayContaining([
      'subgraphs/audit/subgraph.ts',
      'platform/config.ts',
      'gateway/http/gateway-app.ts',
    ]),
  )
  expect(imports.get('gateway/main.ts')).toContain('demo/demo.ts')
  for (const [path, targets] of imports)
    for (const target of targets)
      expect([path, target, existsSync(join(root, target))]).toEqual([path, target, true])
})

describe('arrows', () => {
  /** The other parts that each part may import. The console uses only the server's API. */
  const mayImport: Record<string, string[]> = {
    drizzle: [],
    platform: ['drizzle'],
    proof: [],
    'verify-cli': ['proof'],
    subgraphs: ['platform', 'drizzle', 'proof'],
    notifications: ['platform', 'drizzle'],
    gateway: ['platform', 'drizzle', 'proof'],
    admin: ['platform', 'drizzle'],
    demo: ['platform', 'drizzle', 'admin'],
    examples: [],
    console: ['proof'],
  }
  /**
   * Files with additional imports: the composition root, which connects the parts, and the demo's
   * story, which starts the service.
   */
  const exceptions: Record<string, string[]> = {
    'gateway/service.ts': ['subgraphs'],
    'gateway/workers.ts': ['subgraphs', 'notifications'],
    'gateway/main.ts': ['demo'],
    'demo/story.ts': ['gateway'],
  }

  test('every folder with code has import rules, except tools and tests', () => {
    const folders = new Set(files.filter((path) => path.includes('/')).map(part))
    const anything = ['bench', 'scripts', 'test']
    expect([...folders].toSorted()).toEqual([...Object.keys(mayImport), ...anything].toSorted())
  })

  test('each part imports only the parts below it', () => {
    const wrong = [...imports].flatMap(([path, targets]) => {
      const allowed = mayImport[part(path)]
      if (!allowed || !path.includes('/')) return []
      const all = [part(path), ...allowed, ...(exceptions[path] ?? [])]
      return targets
        .filter((target) => !all.includes(part(target)))
        .map((target) => `${path} -> ${target}`)
    })
    expect(wrong).toEqual([])
  })

  test('proof and the console use no Node.js modules, because browsers run them', () => {
    const inBrowsers = files.filter((path) => /^(proof|console\/src)\//.test(path))
    expect(inBrowsers).toContain('proof/merkle-tree.ts')
    for (const path of inBrowsers)
      expect([path, /from '(node:|\w*fs|crypto)|\bBuffer\b/.test(code.get(path)!)]).toEqual([
        path,
        false,
      ])
  })

  test('a subgraph never imports another', () => {
    const wrong = [...imports].flatMap(([path, targets]) =>
      subgraphOf(path) === null
        ? []
        : targets
            .filter(
              (target) => subgraphOf(target) !== null && subgraphOf(target) !== subgraphOf(path),
            )
            .map((target) => `${path} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('only the composition root imports subgraphs', () => {
    const importers = [...imports].filter(
      ([path, targets]) =>
        subgraphOf(path) === null && targets.some((target) => subgraphOf(target) !== null),
    )
    const others = importers
      .map(([path]) => path)
      .filter((path) => !['test', 'scripts', 'bench', 'console'].includes(part(path)))
    expect(others).toEqual(['gateway/service.ts', 'gateway/workers.ts'])
  })

  test('production code imports no test, script or benchmark', () => {
    const wrong = [...imports].filter(
      ([path, targets]) =>
        part(path) in mayImport &&
        targets.some((target) => ['test', 'scripts', 'bench'].includes(part(target))),
    )
    expect(wrong.map(([path]) => path)).toEqual([])
  })

  test('platform imports no subgraph, and drizzle imports no other part', () => {
    const above = [...imports]
      .filter(([path]) => ['platform', 'drizzle'].includes(part(path)))
      .flatMap(([, targets]) => targets)
    expect(new Set(above.map(part))).toEqual(new Set(['platform', 'drizzle']))
  })

  /** The folders of platform/. Each may import the folders before it in this list. */
  const layers = ['lib', 'http', 'postgres', 'auth', 'audit', 'graphql']

  test('inside platform/, each folder imports only the folders below it', () => {
    const layerOf = (path: string) => layers.indexOf(path.split('/')[1]!)
    const inPlatform = [...imports].filter(([path]) => part(path) === 'platform')
    // The file config.ts may import all folders, and no folder may import it.
    const folders = inPlatform.filter(([path]) => path.split('/').length > 2)
    expect(folders.filter(([path]) => layerOf(path) === -1)).toEqual([])
    const wrong = folders.flatMap(([path, targets]) =>
      targets
        .filter((target) => part(target) === 'platform')
        .filter((target) => layerOf(target) === -1 || layerOf(target) > layerOf(path))
        .map((target) => `${path} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('no files import each other in a circle, types included', () => {
    const graph = new Map([...imports].filter(([path]) => part(path) !== 'test'))
    expect(circlesIn(graph)).toEqual([])
  })

  test('the search for circles finds one', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ])
    expect(circlesIn(graph).map((circle) => circle.toSorted())).toEqual([['a', 'b', 'c']])
  })
})

describe('writing', () => {
  const served = ['gateway', 'subgraphs', 'notifications', 'platform', 'admin']

  test('only platform/audit starts write transactions', () => {
    const writers = [...code].filter(
      ([path, body]) =>
        served.includes(part(path)) &&
        /(?<!process\.std(out|err))\.write\b|\bwrite\b.*\}\s*[=:].*\bdb\b/.test(body),
    )
    expect(writers.map(([path]) => path)).toEqual([
      'platform/audit/audited.ts',
      'platform/audit/operators.ts',
      'platform/audit/reading.ts',
      'platform/audit/refusals.ts',
      'platform/audit/unaudited.ts',
    ])
  })

  test('only platform/audit/rows.ts, which redacts secrets, inserts Activity Log rows', () => {
    const served = [...code].filter(([path]) => part(path) !== 'test' && part(path) !== 'demo')
    const inserters = served.filter(([, body]) =>
      /\binsert\(\s*(unsealed|operatorActivity)\b|insert into audit\.(unsealed|operator_activity)/i.test(
        body,
      ),
    )
    expect(inserters.map(([path]) => path)).toEqual(['platform/audit/rows.ts'])
  })

  test('only the pool, migrations and the embedded server open postgres.js clients', () => {
    const users = (what: RegExp) =>
      [...code]
        .filter(([path, body]) => part(path) !== 'test' && what.test(body))
        .map(([path]) => path)
    expect(users(/^import postgres from 'postgres'/m)).toEqual([
      'platform/postgres/embedded/server-process.ts',
      'platform/postgres/servers.ts',
    ])
    const bare = users(/\bopen(Client|Primary)\(/).filter(
      (path) => !['demo', 'bench'].includes(part(path)),
    )
    expect(bare.toSorted()).toEqual([
      'platform/postgres/connection.ts',
      'platform/postgres/database-target.ts',
      'platform/postgres/migrations.ts',
      'platform/postgres/servers.ts',
    ])
  })

  test("no subgraph writes another's tables", () => {
    const wrong: string[] = []
    let seen = 0
    for (const [path, body] of code) {
      const owner = subgraphOf(path)
      if (owner === null) continue
      const own = [
        ...body.matchAll(/import\s*\{([^}]*)\}\s*from\s*'[^']*drizzle\/tables\/(\w+)\.ts'/g),
      ]
        .filter(([, , table]) => table === owner)
        .flatMap(([, names]) => names!.split(',').map((name) => name.trim()))
      for (const [, verb, table] of body.matchAll(/\btx\s*\.(insert|update|delete)\((\w+)/g)) {
        seen++
        if (!own.includes(table!)) wrong.push(`${path}: ${verb} ${table}`)
      }
    }
    expect(seen).toBeGreaterThan(10)
    expect(wrong).toEqual([])
  })
})

test('a script, a configuration or the partner guide uses every file', () => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
  const started = Object.values(scripts).flatMap((line) =>
    [...line.matchAll(/[\w/.-]+\.ts/g)].map(([path]) => path),
  )
  const configurations = [
    ...files.filter((path) => !path.includes('/')),
    'console/vite.config.ts',
    'console/src/main.tsx',
  ]
  const named = configurations.flatMap((path) =>
    [...code.get(path)!.matchAll(/'(?:\.\/)?([\w/-]+\.ts)'/g)].map(([, target]) => target!),
  )
  const shown = [...text('docs/partner-guide.md').matchAll(/\bexamples\/[\w-]+\.ts/g)].map(
    ([path]) => path,
  )
  const tests = files.filter((path) => path.endsWith('.test.ts'))
  for (const path of [...started, ...shown])
    expect([path, files.includes(path)]).toEqual([path, true])

  const reached = new Set<string>()
  const visit = (path: string) => {
    if (reached.has(path) || !imports.has(path)) return
    reached.add(path)
    for (const target of imports.get(path)!) visit(target)
  }
  for (const path of [...started, ...configurations, ...named, ...shown]) visit(path)
  const production = new Set(reached)
  for (const path of tests) visit(path)
  expect(files.filter((path) => !reached.has(path))).toEqual([])
  expect(files.filter((path) => !production.has(path) && part(path) !== 'test')).toEqual([]) // use by a test alone does not count
})
