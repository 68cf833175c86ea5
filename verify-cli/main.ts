/**
 * `npm run verify -- export.ndjson --key KEY`: verifies an export offline, using only the files of
 * the export.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Checkpoint, openCheckpoint } from '../proof/checkpoint.ts'
import { InvalidNote, parseVerifierKey, type Verifier } from '../proof/signed-note.ts'
import { NotAnExport, openExport } from './open-export.ts'
import { readLines } from './read-lines.ts'
import { type Verdict, verifyExport } from './verify-export.ts'

const usage = `Usage: npm run verify -- FILE [FILE …] --key KEY [--key KEY …] [--since CHECKPOINT]

  FILE          an export in NDJSON, compressed (.gz, .zst) or not, or - for standard input;
                several files, in order, when a download was interrupted and continued
  --key         a verifier key, or a file with one key on each line (/.well-known/activity-log-keys)
  --since       a file with an earlier checkpoint that you kept, to check that the log continues it

Exit codes: 0 the export is in order, 1 it is not in order, 2 the arguments are wrong, or a file
cannot be read, 3 a file is not an export in NDJSON.`

const maxFiles = 1_000

/** The command-line arguments are invalid. */
class UsageError extends Error {}

async function main(): Promise<number> {
  const { values, positionals } = parseArguments()
  if (values.help) return print(usage, 0)
  if (positionals.length === 0 || positionals.length > maxFiles || !values.key?.length)
    throw new UsageError(usage)
  for (const path of positionals) if (path !== '-') assertFile(path)
  const verifiers = values.key.flatMap(readKeys)
  const since = values.since === undefined ? null : await readCheckpoint(values.since, verifiers)
  const files = positionals.map((path) => readLines(openExport(path)))
  const verdict = await verifyExport(files, verifiers, since)
  return verdict.findings.length > 0
    ? print(reportFindings(verdict), 1)
    : print(reportSuccess(verdict), 0)
}

function parseArguments() {
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
    throw new UsageError(`The arguments are invalid. ${(error as Error).message}\n\n${usage}`)
  }
}

function assertFile(path: string): void {
  if (!existsSync(path)) throw new UsageError(`The file ${path} does not exist.`)
  if (statSync(path).isDirectory()) throw new UsageError(`${path} is a directory, not a file.`)
}

function readKeys(keyOrFile: string): Verifier[] {
  const isFile = existsSync(keyOrFile)
  if (isFile) assertFile(keyOrFile)
  const text = isFile ? readFileSync(keyOrFile, 'utf8') : keyOrFile
  try {
    return text.trim().split(/\s+/).map(parseVerifierKey)
  } catch (error) {
    throw new UsageError(
      `The key ${keyOrFile.slice(0, 80)} is invalid. ${(error as Error).message}`,
    )
  }
}

/** Reads a checkpoint and verifies its signature, because an unsigned checkpoint proves nothing. */
async function readCheckpoint(path: string, verifiers: Verifier[]): Promise<Checkpoint> {
  assertFile(path)
  try {
    return (await openCheckpoint(readFileSync(path, 'utf8'), verifiers)).checkpoint
  } catch (error) {
    if (!(error instanceof InvalidNote)) throw error
    throw new UsageError(`The checkpoint in ${path} is invalid. ${error.message}`)
  }
}

const reportFindings = ({ findings, more }: Verdict): string =>
  [...findings, ...(more > 0 ? [`… and ${more} more.`] : []), '', 'NOT in order.'].join('\n')

function reportSuccess(verdict: Verdict): string {
  const { events, first, last, erased, expired, checkpoint, epoch, isFiltered, since } = verdict
  const lines: string[] = []
  if (erased > 0)
    lines.push(
      `Events whose personal data was erased: ${erased}. All other data of these events is unchanged.`,
    )
  if (expired > 0)
    lines.push(
      `Events that expired at the end of their retention, as other events in the file show: ${expired}.`,
    )
  if (epoch > 1)
    lines.push(
      `The log is in epoch ${epoch}: an operator restarted it after the database was restored. No proof shows that it continues the log of the previous epoch.`,
    )
  if (isFiltered)
    lines.push(
      'The export is filtered: each event in it was sealed, but events may have been left out.',
    )
  if (since === 'continued')
    lines.push(
      'The log continues the earlier checkpoint: nothing before it was changed, and its end was not cut off.',
    )
  if (since === 'not asked')
    lines.push(
      'The end of the log was not checked. Pass an earlier checkpoint with --since to check that nothing was cut off or rewritten.',
    )
  const range = first === null ? '' : ` (${first} to ${last})`
  const log = checkpoint ? ` of ${checkpoint.origin} at ${checkpoint.treeSize}` : ''
  const signers = checkpoint ? `, signed by ${checkpoint.signedBy.join(', ')}` : ''
  lines.push(`In order: ${events} events${range}${log}${signers}.`)
  return lines.join('\n')
}

function print(text: string, exitCode: number): number {
  console.log(text)
  return exitCode
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    const isKnown = error instanceof UsageError || error instanceof NotAnExport
    const message = error instanceof Error ? error.message : String(error)
    console.error(isKnown ? message : `The file cannot be read: ${message}`)
    return error instanceof NotAnExport ? 3 : 2
  })
}
