/**
 * `npm run test:mutation [-- words]`: applies each mutation of the list to a copy of the source and
 * runs its tests, of which at least one must fail. Words select mutations by file or name.
 */
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createVitest, type Vitest } from 'vitest/node'
import { mutations } from './mutations.ts'

type ListedMutation = (typeof mutations)[number]
type Outcome = 'killed' | 'survived' | 'not tested'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Copies the files that Git knows or would add. Installed packages and the console are linked. */
async function copySource(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'itcl-mutation-'))
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root })
  for (const path of listed.toString().split('\0').filter(Boolean))
    await cp(join(root, path), join(copy, path))
  for (const path of ['node_modules', 'console/dist'])
    await symlink(join(root, path), join(copy, path))
  return copy
}

/** Runs test files in the copy, up to the first failure. */
async function runTests(vitest: Vitest, copy: string, files: string[]): Promise<Outcome> {
  const project = vitest.getProjectByName('service')
  const specifications = files.map((file) => project.createSpecification(join(copy, file)))
  vitest.state.filesMap.clear()
  const { testModules } = await vitest.runTestSpecifications(specifications)
  const tests = testModules.flatMap(({ children }) => [...children.allTests()])
  const states = tests.map((test) => test.result().state)
  if (states.includes('failed')) return 'killed'
  // Without a test that ran, the mutated file could not be loaded.
  return states.includes('passed') ? 'survived' : 'not tested'
}

async function testMutation(
  vitest: Vitest,
  copy: string,
  { file, search, replacement, tests }: ListedMutation,
): Promise<Outcome> {
  const path = join(copy, file)
  const source = await readFile(path, 'utf8')
  await writeFile(
    path,
    source.replace(search, () => replacement),
  )
  vitest.invalidateFile(path)
  try {
    return await runTests(vitest, copy, tests)
  } finally {
    await writeFile(path, source)
    vitest.invalidateFile(path)
  }
}

const words = process.argv.slice(2)
const selected = mutations.filter(({ file, name }) =>
  words.every((word) => `${file} ${name}`.includes(word)),
)
const copy = await copySource()
const unexpected: string[] = []
const vitest = await createVitest({ root: copy, watch: false, bail: 1, reporters: [{}] })
/** The test files that passed in this run, so that their failures show mutations. */
const passing = new Set<string>()
try {
  console.log(`${selected.length} mutations. Each test file runs on the unchanged source first.`)
  for (const mutation of selected) {
    const { file, name, tests, survives } = mutation
    const unknown = tests.filter((test) => !passing.has(test))
    if (unknown.length > 0 && (await runTests(vitest, copy, unknown)) !== 'survived')
      throw new Error(`${unknown.join(', ')}: a test fails on the unchanged source.`)
    for (const test of unknown) passing.add(test)
    const outcome = await testMutation(vitest, copy, mutation)
    const isExpected = outcome === (survives ? 'survived' : 'killed')
    const line = `${outcome}: ${name} (${file})`
    console.log(isExpected ? line : `${line}, UNEXPECTED`)
    if (!isExpected) unexpected.push(line)
  }
} finally {
  await vitest.close()
  await rm(copy, { recursive: true, force: true })
}
console.log(`${selected.length - unexpected.length} as expected, ${unexpected.length} not.`)
process.exit(unexpected.length > 0 ? 1 : 0)
