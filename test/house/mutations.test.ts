/** The list of `npm run test:mutation` fits the source: each mutation can be applied and tested. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { mutations } from '../mutation/mutations.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')

test('the text of each mutation occurs exactly once in its file', () => {
  const counts = mutations.map(({ file, name, search, replacement }) => ({
    file,
    name,
    count: text(file).split(search).length - 1,
    isChanged: search !== replacement,
  }))
  expect(counts.filter(({ count, isChanged }) => count !== 1 || !isChanged)).toEqual([])
})

test('each mutation has a unique name, and test files that exist', () => {
  const names = mutations.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  const missing = mutations.filter(
    ({ tests }) => tests.length === 0 || !tests.every((path) => existsSync(join(root, path))),
  )
  expect(missing).toEqual([])
})

test('docs/testing.md lists the mutations that survive, with the reasons', () => {
  const surviving = mutations.filter(({ survives }) => survives)
  const listed = [...text('docs/testing.md').matchAll(/^\| (.+) \| `(.+)` \| (.+) \|$/gm)]
    .filter(([, , file]) => mutations.some((mutation) => mutation.file === file))
    .map(([, name, file, reason]) => `${name} ${file} ${reason}`)
  expect(listed.toSorted()).toEqual(
    surviving.map(({ name, file, survives }) => `${name} ${file} ${survives}`).toSorted(),
  )
})
