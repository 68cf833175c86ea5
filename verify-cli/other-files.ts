/** Recognises files that are not exports in NDJSON by their first bytes. */

const exportAgain = 'Only an export in NDJSON can be verified: export again with format=NDJSON.'

/** The first line of an export, and the other lines, with which a damaged export can begin. */
const ndjsonLine = /^\s*\{\s*"(?:export|leafHashes|sequence|manifest)"/

const byteOrderMark = '\xef\xbb\xbf'

/** Text files, and what to pass instead. The first match applies. */
const texts: [pattern: RegExp, description: string][] = [
  [/^$/, 'is empty. Download the export again.'],
  [/^(?:\xef\xbb\xbf)?"?sequence"?,/, `is a CSV export. ${exportAgain}`],
  [/^\s*\{\s*"(?:class_uid|metadata)"/, `is an OCSF export. ${exportAgain}`],
  [
    /^\s*\{\s*"(?:errors|data)"/,
    'is a response of the service, not an export: the download failed. Read the file, and export again.',
  ],
  [
    /^\s*\{\s*"epoch":\d+,"treeSize":/,
    'is a file of stored checkpoints. Pass one of its checkpoints with --since, and an export as FILE.',
  ],
  [
    /^[^\n]+\n\d+\n[\w+/]{43}=\n/,
    'is a checkpoint. Pass it with --since, and an export in NDJSON as FILE.',
  ],
  [
    /^[^\s+]+\+[0-9a-f]{8}\+[\w+/=]{40,}\s/,
    'is a list of verifier keys. Pass it with --key, and an export in NDJSON as FILE.',
  ],
  [/^\s*<(?:!doctype\s+html|html)/i, 'is a web page, not an export. Download the export again.'],
]

const otherEncoding =
  'is text in UTF-16, which the service does not write. Download the export again with curl -o, because some shells change what they redirect.'
const archive = 'is an archive or an Office document. Pass the export as it was downloaded.'
const compressedTwice = 'was compressed twice. Pass the export as it was downloaded.'
const otherCompression =
  'has a compression that this program cannot read. Decompress it, and pass the result. Exports are compressed with gzip or Zstandard.'

/** The first bytes of files in other formats, as Latin-1 text. */
const binaries: [firstBytes: string, description: string][] = [
  ['\xff\xfe', otherEncoding],
  ['\xfe\xff', otherEncoding],
  [
    byteOrderMark,
    'begins with a byte order mark, which the service does not write. Download the export again, and do not save it in an editor.',
  ],
  ['%PDF-', 'is a PDF document, not an export.'],
  ['PK\x03\x04', archive],
  ['7z\xbc\xaf\x27\x1c', archive],
  ['\x1f\x8b', compressedTwice],
  ['\x28\xb5\x2f\xfd', compressedTwice],
  ['BZh', otherCompression],
  ['\xfd7zXZ\x00', otherCompression],
  ['\x04\x22\x4d\x18', otherCompression],
]

/**
 * Returns what a file is, as the end of a sentence that begins with the name of the file. Returns
 * null for an export in NDJSON, also if it is damaged or ends within its first bytes.
 */
export function describeOtherFile(head: Buffer): string | null {
  const text = head.toString('latin1')
  if (ndjsonLine.test(text) || (text !== '' && '{"export":'.startsWith(text))) return null
  const [, description] =
    texts.find(([pattern]) => pattern.test(text)) ??
    binaries.find(([firstBytes]) => text.startsWith(firstBytes)) ??
    []
  // The header of a tar archive has its mark at this position.
  if (!description && text.startsWith('ustar', 257)) return archive
  return description ?? 'is not an export of the Activity Log.'
}
