/**
 * Formats events as CSV (RFC 4180) for spreadsheets and for CSV parsers. Protects against CSV
 * injection: an attacker can choose recorded names and values that spreadsheets would evaluate as
 * formulas.
 */
import type { FieldChange } from '../../../../drizzle/tables/audit.ts'
import type { ExportRow } from '../export-row.ts'

/** The value of a cell. Only texts need escaping, because an attacker may have chosen them. */
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
  changes: ({ disclosures }) => disclosures.target && changesCell(disclosures.target.value.changes),
  sessionId: ({ event }) => event.sessionId,
  ipAddress: ({ disclosures }) => disclosures.actor?.value.ipAddress,
  userAgent: ({ disclosures }) => disclosures.actor?.value.userAgent,
  requestId: ({ event }) => event.requestId,
  traceId: ({ event }) => event.traceId,
  coalescedCount: ({ event }) => event.coalesced?.count,
}

/**
 * The byte order mark and the names of the columns. Excel reads a file without the mark in the
 * code page of the computer. The names have no quotes, because some parsers that do not skip the
 * mark refuse a quote after it.
 */
export const csvHeader = `\ufeff${Object.keys(columns).join(',')}\r\n`

export const toCsv = (row: ExportRow): string =>
  line(Object.values(columns).map((cellOf) => cellOf(row)))

/**
 * Formats the manifest, the last line of the file. A file without this line is truncated. The ID of
 * the line is `manifest`, its sequence number is empty, and the column `changes` contains the
 * manifest as JSON.
 */
export function csvManifest(manifest: { filter: object | null }): string {
  const whole = JSON.stringify(manifest)
  const json = fits(whole)
    ? whole
    : JSON.stringify({ ...manifest, filter: omitted(JSON.stringify(manifest.filter).length) })
  return line(
    Object.keys(columns).map((name) =>
      name === 'id' ? 'manifest' : name === 'changes' ? json : null,
    ),
  )
}

/**
 * Formats one line. Quotes every text, because a comma or line end would otherwise end the cell.
 */
const line = (cells: Cell[]): string => `${cells.map(cell).join(',')}\r\n`

const cell = (value: Cell): string | number =>
  typeof value === 'number' ? value : `"${shorten(neutralize(value ?? '')).replaceAll('"', '""')}"`

/**
 * The maximum length of a cell in Excel, in UTF-16 code units. Excel moves the rest of a longer
 * cell into the next rows.
 */
const maxCellLength = 32_767

/** Cuts a text that does not fit into a cell, and states so at its end. */
function shorten(text: string): string {
  if (text.length <= maxCellLength) return text
  const note = ` ... ${omitted(text.length)}`
  return text.slice(0, maxCellLength - note.length).toWellFormed() + note
}

const omitted = (length: number) =>
  `(too long for a spreadsheet: ${length} characters. The NDJSON and OCSF exports have all of them.)`

/** The length in JSON above which a value is omitted, if the changes do not fit into a cell. */
const maxValueLength = 1_000

/**
 * Formats the changes as JSON that fits into a cell. A note replaces long values, or all changes,
 * so that the cell stays valid JSON.
 */
function changesCell(changes: FieldChange[]): string {
  const whole = JSON.stringify(changes)
  if (fits(whole)) return whole
  const noted = (value: unknown) => {
    const { length } = JSON.stringify(value) ?? ''
    return length > maxValueLength ? omitted(length) : value
  }
  const shortened = JSON.stringify(
    changes.map(({ field, before, after }) => ({
      field: noted(field),
      before: noted(before),
      after: noted(after),
    })),
  )
  const note = { field: 'changes', before: null, after: omitted(whole.length) }
  return fits(shortened) ? shortened : JSON.stringify([note])
}

const fits = (text: string) =>
  text.length <= maxCellLength && neutralize(text).length <= maxCellLength

/**
 * Characters that spreadsheets skip before a formula: white space, invisible characters, quotes.
 */
const skipped = String.raw`[\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}"'\x60\p{Pi}\p{Pf}]`

/**
 * The first characters of a formula, including full-width forms, small forms and the minus sign
 * U+2212.
 */
const formula = String.raw`[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]`

/**
 * Matches a text that begins with a formula, or with a tab, line end or NUL (OWASP ASVS 1.2.10).
 */
const beginsFormula = new RegExp(`^(?:${skipped}*${formula}|${skipped}*[\\t\\r\\n\\0])`, 'u')

/**
 * Matches a formula after a semicolon, tab or line end. In many European locales, spreadsheets
 * separate cells at these characters instead of commas, and ignore quotes that are not at the
 * beginning of a cell.
 */
const splitsIntoFormula = new RegExp(`([;\\t\\r\\n]${skipped}*)(${formula})?`, 'gu')

/**
 * Inserts a single quote before each formula, so that spreadsheets show the formula as text. The
 * JSON in `changes` stays valid, because semicolons, tabs and line ends occur only inside its
 * strings.
 */
function neutralize(text: string): string {
  const guarded = text
    .toWellFormed()
    .replace(splitsIntoFormula, (_, before, begin) => (begin ? `${before}'${begin}` : before))
  return beginsFormula.test(guarded) ? `'${guarded}` : guarded
}
