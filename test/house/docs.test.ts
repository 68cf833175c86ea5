/** The files, settings and commands in the documents exist, and the quotations match the source. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/**/*.md', { cwd: root }),
  ...globSync('subgraphs/*/README.md', { cwd: root }),
]
/** The documents without the decision records (docs/adr), which may name removed settings. */
const current = documents.filter((path) => !path.startsWith('docs/adr/'))

const withoutCode = (markdown: string) => markdown.replaceAll(/^```[\s\S]*?^```/gm, '')

/** Returns GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
const anchorsOf = (path: string) =>
  [...withoutCode(text(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''))

describe('links', () => {
  test.each(documents)('%s links only to files and headings that exist', (path) => {
    const links = [...withoutCode(text(path)).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    const broken = links.flatMap(([link, file = '', anchor]) => {
      const target = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(root, target))) return [link]
      const isDocument = target.endsWith('.md')
      return anchor && isDocument && !anchorsOf(target).includes(anchor) ? [link] : []
    })
    expect(broken).toEqual([])
  })
})

describe('names', () => {
  const folders = ['admin', 'bench', 'console', 'demo', 'docs', 'drizzle', 'examples', 'gateway']
  folders.push('notifications', 'platform', 'proof', 'scripts', 'subgraphs', 'test', 'verify-cli')
  const pathPattern = new RegExp(
    `(?<![\\w/.-])(?:\\.\\./)*((?:${folders.join('|')})(?:/[\\w.-]+)*/[\\w.-]+\\.(?:ts|tsx|md|graphql|json|sql))(?![\\w/])`,
    'g',
  )

  test.each(documents)('every file that %s names exists', (path) => {
    const named = [...text(path).matchAll(pathPattern)].map(([, file]) => file ?? '')
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  test('every test that hostile-clients.md names exists', () => {
    const rows = text('docs/hostile-clients.md')
      .split('\n')
      .filter((line) => line.startsWith('|'))
    // A cell names files, each followed by a colon and the names of tests, separated by semicolons.
    const named = rows.flatMap((line) => {
      const cell = line.split(' | ').at(-1) ?? ''
      return [...cell.matchAll(/((?:`[\w./-]+`(?: and )?)+)(?:: ([^`|]+))?/g)].flatMap(
        ([, files = '', names = '']) =>
          [...files.matchAll(/`([\w./-]+)`/g)].map(([, file = '']) => ({
            path: file.includes('/') ? file : `test/abuse/${file}.test.ts`,
            names: names.split(';').map((name) => name.replace(/[\s|]+$/, '').trim()),
          })),
      )
    })
    const ofTests = named.filter(({ path }) => path.startsWith('test/') && path.endsWith('.ts'))
    expect(ofTests.length).toBeGreaterThan(25)
    const missing = ofTests.flatMap(({ path, names }) => {
      if (!existsSync(join(root, path))) return [path]
      const source = text(path)
      return names.filter((name) => !source.includes(name)).map((name) => `${path}: ${name}`)
    })
    expect(missing).toEqual([])
  })

  test('every npm script in the documents exists', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
    const known = new Set([...Object.keys(scripts), 'ci', 'prune', 'start', 'test'])
    const unknown = current.flatMap((path) =>
      [...text(path).matchAll(/\bnpm run ([\w:-]+)/g)]
        .filter(([, name]) => !known.has(name ?? ''))
        .map(([command]) => `${path}: ${command}`),
    )
    expect(unknown).toEqual([])
  })

  test('every setting in the documents is in .env.example, under its current name', () => {
    const settings = new Set(
      [...text('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name),
    )
    const suffixes = /_(?:KEY|KEYS|URL|DIR|MS|SECONDS|HOPS|ORIGINS|STORE)$/
    const unknown = ['README.md', 'docs/operations.md', 'docs/entra-application.md'].flatMap(
      (path) =>
        [...withoutCode(text(path)).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)]
          .map(([, name]) => name ?? '')
          .filter((name) => suffixes.test(name) && !settings.has(name))
          .map((name) => `${path}: ${name}`),
    )
    expect(unknown).toEqual([])
  })
})

describe('quotations', () => {
  /** Code blocks whose fence names the quoted file. A line `// ...` replaces omitted lines. */
  const quotations = current.flatMap((path) =>
    [...text(path).matchAll(/^```\w+ (\S+\.\w+)\n([\s\S]*?)^```$/gm)].map(
      ([, file = '', body = '']) => ({
        path,
        file,
        parts: body.split(/^\s*(?:\/\/|#|--) \.\.\.\n/m),
      }),
    ),
  )

  test('the guide to mutations quotes every place that it names', () => {
    const quoted = quotations.filter(({ path }) => path === 'docs/adding-a-mutation.md')
    expect(quoted.length).toBeGreaterThanOrEqual(8)
  })

  test.each(quotations)('$path quotes $file verbatim', ({ file, parts }) => {
    expect(statSync(join(root, file)).isFile()).toBe(true)
    const source = text(file)
    for (const part of parts) expect(source).toContain(part.trimEnd())
  })
})
