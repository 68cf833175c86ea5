/** Files of the repository that tools read, and that no other test runs. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(root + path, 'utf8')

test('all tools use the major version of Node that package.json requires', () => {
  const { engines } = JSON.parse(text('package.json')) as { engines: { node: string } }
  const major = /^>=(\d+)/.exec(engines.node)?.[1]
  expect(text('.nvmrc').trim()).toBe(major)
  for (const path of ['.github/workflows/ci.yml', '.devcontainer/Dockerfile'])
    expect([path, text(path).match(/node:(\d+)-/)?.[1]]).toEqual([path, major])
})

test('the lockfile has no registry addresses, and .npmrc keeps it so', () => {
  expect(text('.npmrc')).toMatch(/^omit-lockfile-registry-resolved=true$/m)
  expect(text('package-lock.json')).not.toContain('"resolved"')
})

test('the workflow runs the script that contributors can run', () => {
  expect(text('.github/workflows/ci.yml')).toContain('run: .ci/run')
})

test('paths with owners exist', () => {
  const paths = [...text('.github/CODEOWNERS').matchAll(/^([/*]\S*)\s+@/gm)].map(
    ([, path]) => path!,
  )
  expect(paths.length).toBeGreaterThan(3)
  const isEmpty = (path: string) =>
    globSync(path.replace(/^\//, ''), { cwd: root, exclude: ['node_modules'] }).length === 0
  expect(paths.filter(isEmpty)).toEqual([])
})

test('every named advisory has a reason', () => {
  const section = text('SECURITY.md').split('## Known advisories')[1]!
  const rows = [...section.matchAll(/^\| `.+` .*\| (GHSA-\S+) \| (.+) \|$/gm)]
  expect(rows.length).toBeGreaterThan(0)
  for (const [, , reason] of rows) expect(reason!.length).toBeGreaterThan(20)
})
