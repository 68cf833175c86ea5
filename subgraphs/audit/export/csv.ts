/**
 * An activity event as a line of a CSV file (RFC 4180), which people open in spreadsheets. What stands in it may have been written by
 * somebody who means them harm, and a spreadsheet takes some texts for formulas.
 */
import type { ExportRow } from './row.ts'

/** A number of ours, or a text of anybody's. */
type Cell = number | string | null | undefined

const columns: Record<string, (row: ExportRow) => Cell> = {
  sequence: ({ sequence }) => sequence,
  id: ({ event }) => event.id,
  occurredAt: ({ event }) => event.occurredAt,
  outcome: ({ event }) => event.outcome,
  action: ({ event }) => event.action,
  reason: ({ event }) => event.reason,
  method: ({ event }) => event.method,
  actorType: ({ event }) => event.actor.type,
  actorKey: ({ event }) => event.actor.key,
  actorName: ({ disclosures }) => disclosures.actor?.value.displayName,
  actorEmail: ({ disclosures }) =>
    disclosures.actor?.value.email ?? disclosures.actor?.value.userPrincipalName,
  targetType: ({ event }) => event.target?.type,
  targetId: ({ event }) => event.target?.id,
  targetName: ({ disclosures }) => disclosures.target?.value.displayName,
  changes: ({ disclosures }) =>
    disclosures.target && JSON.stringify(disclosures.target.value.changes),
  sessionId: ({ event }) => event.sessionId,
  ipAddress: ({ disclosures }) => disclosures.actor?.value.ipAddress,
  userAgent: ({ disclosures }) => disclosures.actor?.value.userAgent,
  requestId: ({ event }) => event.requestId,
  traceId: ({ event }) => event.traceId,
  coalescedCount: ({ event }) => event.coalesced?.count,
}

export const csvHeader = `${Object.keys(columns)
  .map((name) => `"${name}"`)
  .join(',')}\r\n`

export const toCsv = (row: ExportRow): string =>
  line(Object.values(columns).map((cellOf) => cellOf(row)))

/** The last line, which says that the file is whole: a row like the others, with no sequence number, and the manifest where changes stand. */
export const csvManifest = (manifest: object): string =>
  line(
    Object.keys(columns).map((name) =>
      name === 'id' ? 'manifest' : name === 'changes' ? JSON.stringify(manifest) : null,
    ),
  )

/** Every text is quoted, so that nothing in it ends its cell or its line. */
function line(cells: Cell[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? cell : `"${harmless(cell ?? '').replaceAll('"', '""')}"`)).join(',')}\r\n`
}

/** What spreadsheets skip, or take away, before they look for a formula: space of all kinds, what is not seen, quotes of all kinds. */
const skipped = String.raw`[\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}"'\x60\p{Pi}\p{Pf}]`

/** With these a formula begins; the second line is how they are written among Chinese, Japanese and Korean, and the minus of print. */
const formula = String.raw`[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]`

/** A text that a formula could be made of, at its beginning; and one that begins with a control character, as ASVS 1.2.10 asks. */
const beginsFormula = new RegExp(`^(?:${skipped}*${formula}|${skipped}*[\\t\\r\\n\\0])`, 'u')

/**
 * The same further on: where a list separator is a semicolon, as in much of Europe, or a tab, spreadsheets split there, and quotes do not
 * hold a cell together that does not begin with one. A comma is no danger: with it quotes hold.
 */
const splitsIntoFormula = new RegExp(`([;\\t\\r\\n]${skipped}*)(${formula})?`, 'gu')

/** A single quote before it makes it text. JSON stays JSON: outside of its strings it has no semicolon, tab or line end. */
function harmless(text: string): string {
  const guarded = text
    .toWellFormed()
    .replace(splitsIntoFormula, (_, before, begin) => (begin ? `${before}'${begin}` : before))
  return beginsFormula.test(guarded) ? `'${guarded}` : guarded
}
