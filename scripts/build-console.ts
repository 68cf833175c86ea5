/**
 * Builds the console into `console/dist` if the build is missing or the sources have changed. The
 * script runs after `npm ci` and before `npm start`. It prints nothing if the build is current.
 */
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'console/dist')

/** Returns a hash of all files that affect the build. */
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
  // Always builds for production, even if NODE_ENV is `test`, because the service serves this
  // build.
  process.env.NODE_ENV = 'production'
  const vite = await import('vite').catch(() => null)
  const isBuilt = globSync('index.html', { cwd: dist }).length > 0
  if (!vite) {
    console.warn(
      isBuilt
        ? 'The console is out of date, because its sources have changed. Run `npm ci` to install the development dependencies and build it.'
        : 'The console is not built, because the development dependencies are missing. Run `npm ci`, then `npm prune --omit=dev`. The API works without the console.',
    )
    return
  }
  // Builds in a temporary folder and then renames the folder, so that a running service or a
  // concurrent build never reads an incomplete build.
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
