/**
 * Builds the console into `console/dist` when it is missing or its sources have changed. It runs
 * after `npm ci` and before `npm start`, so it prints nothing when there is nothing to do.
 */
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'console/dist')

/** A hash of all files that the build depends on. */
async function fingerprint(): Promise<string> {
  const sources = globSync(['console/*.{html,ts,json}', 'console/src/**/*.*'], {
    cwd: root,
  }).toSorted()
  const hash = createHash('sha256')
  for (const path of [...sources, 'package-lock.json', 'scripts/build-console.ts'])
    hash.update(`${path}\0`).update(await readFile(join(root, path)))
  return hash.digest('hex')
}

async function build(wanted: string): Promise<void> {
  // Builds for production even when tests run it, because the result is what is served.
  process.env.NODE_ENV = 'production'
  const vite = await import('vite').catch(() => null)
  const isBuilt = globSync('index.html', { cwd: dist }).length > 0
  if (!vite) {
    console.warn(
      isBuilt
        ? 'The console is built from other sources than these, and the development dependencies to build it anew are missing: run `npm ci`.'
        : 'The console is not built: that takes the development dependencies. Run `npm ci`, and `npm prune --omit=dev` after it. The API works without.',
    )
    return
  }
  // Builds in a temporary folder and renames it at the end, so that a running service or a second
  // build never sees a partial result.
  const next = `${dist}-${process.pid}`
  try {
    await vite.build({
      configFile: join(root, 'console/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: next },
    })
    for (const path of globSync('assets/*.{js,css,svg}', { cwd: next }))
      await compress(join(next, path))
    await writeFile(join(next, 'made-from'), wanted)
    await rename(dist, `${next}-old`).catch(() => {})
    await rename(next, dist)
  } finally {
    for (const left of [next, `${next}-old`]) await rm(left, { recursive: true, force: true })
  }
}

/** Compresses each file in advance, so that no request waits for compression. */
async function compress(path: string): Promise<void> {
  const content = await readFile(path)
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }))
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
}

const wanted = await fingerprint()
if ((await readFile(join(dist, 'made-from'), 'utf8').catch(() => null)) !== wanted)
  await build(wanted)
