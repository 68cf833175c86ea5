/** `npm run verify -- export.ndjson --key …`: says whether an export is what was sealed, and which event is not. Needs nothing but its files. */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type Checkpoint,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  UnusableNote,
  type Verifier,
} from '../proof/signed-note.ts'
import { checkExport, type Verdict } from './verify-export.ts'
import { linesOf, openExport } from './read-lines.ts'

const usage = `Usage: npm run verify -- FILE [FILE …] --key KEY [--key KEY …] [--since CHECKPOINT]

  FILE          an export as NDJSON (.gz and .zst are unpacked), or - for standard input; several, in their order, where a download
                broke off and was gone on with
  --key         a verifier key, or a file with one on each line, as /.well-known/activity-log-keys gives them
  --since       a file with an earlier checkpoint that you kept: is it still a part of the log?

Ends with 0 where all is in order, 1 where something is not, 2 where it was not asked rightly.`

const maxFiles = 1_000

/** Opened when it is its turn. */
async function* opened(path: string): AsyncGenerator<Buffer> {
  yield* openExport(path)
}

class WrongUsage extends Error {}

async function main(): Promise<number> {
  const { values, positionals } = options()
  if (values.help) return say(usage, 0)
  if (positionals.length === 0 || positionals.length > maxFiles || !values.key?.length)
    throw new WrongUsage(usage)
  for (const path of positionals)
    if (path !== '-' && !existsSync(path)) throw new WrongUsage(`There is no file ${path}.`)
  const verifiers = values.key.flatMap(keysOf)
  const since = values.since === undefined ? null : checkpointOf(values.since, verifiers)
  const files = positionals.map((path) => linesOf(opened(path)))
  const verdict = await checkExport(files, verifiers, since)
  return say(report(verdict), verdict.findings.length ? 1 : 0)
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true },
        since: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new WrongUsage(`${(error as Error).message}\n\n${usage}`)
  }
}

function keysOf(keyOrFile: string): Verifier[] {
  const text = existsSync(keyOrFile) ? readFileSync(keyOrFile, 'utf8') : keyOrFile
  try {
    return text.trim().split(/\s+/).map(parseVerifierKey)
  } catch (error) {
    throw new WrongUsage(`--key ${keyOrFile.slice(0, 80)}: ${(error as Error).message}.`)
  }
}

/** Signed like any other: a note that somebody made up proves nothing. */
function checkpointOf(path: string, verifiers: Verifier[]): Checkpoint {
  if (!existsSync(path)) throw new WrongUsage(`There is no file ${path}.`)
  try {
    return parseCheckpoint(openNote(readFileSync(path, 'utf8'), verifiers).text)
  } catch (error) {
    if (!(error instanceof UnusableNote)) throw error
    throw new WrongUsage(`--since ${path}: ${error.message}.`)
  }
}

function report({
  findings,
  more,
  events,
  first,
  last,
  erased,
  expired,
  checkpoint,
  epoch,
  isFiltered,
  since,
}: Verdict): string {
  if (findings.length)
    return [...findings, ...(more ? [`… and ${more} more.`] : []), '', 'NOT in order.'].join('\n')
  const { treeSize, signedBy, origin } = checkpoint!
  return [
    ...(erased
      ? [`Of ${erased} events personal data were erased; what was sealed of them is in order.`]
      : []),
    ...(expired
      ? [
          `${expired} events are gone: they were kept for as long as they were to be, as events in the file tell.`,
        ]
      : []),
    epoch > 1
      ? `The log is in epoch ${epoch}: it began anew after the database was set back, and is not shown to continue what it was before.`
      : null,
    isFiltered
      ? 'The export is filtered: that each event in it was sealed is shown, and not that none is left out.'
      : null,
    since === 'continued'
      ? 'The log continues the earlier checkpoint: nothing before it was changed, and its end was not cut off.'
      : null,
    since === 'not asked'
      ? 'The end of the log was not checked: give an earlier checkpoint with --since to know that nothing was cut off or rewritten.'
      : null,
    `In order: ${events} events${first === null ? '' : ` (${first} to ${last})`} of ${origin} at ${treeSize}, signed by ${signedBy.join(', ')}.`,
  ]
    .filter((line) => line !== null)
    .join('\n')
}

function say(text: string, code: number): number {
  console.log(text)
  return code
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    console.error(
      error instanceof WrongUsage
        ? error.message
        : `The file cannot be read: ${error instanceof Error ? error.message : error}`,
    )
    return 2
  })
}
