/** Reads and verifies signed notes (C2SP signed-note) that are checkpoints (C2SP tlog-checkpoint), as proof/signed-note.ts does. */
import { type Bytes, equal, fromBase64, sha256, toHex, utf8 } from './bytes.ts'

/** By whom a note may be signed. */
export interface Verifier {
  name: string
  /** The first four bytes of what name and key hash to: which key a signature is said to be of. */
  id: Bytes
  /** Of Ed25519, raw. */
  publicKey: Bytes
  /** As it is published. */
  text: string
}

export class UnusableNote extends Error {
  override name = 'UnusableNote'
}

const maxSignatures = 100

/** @throws UnusableNote */
export async function parseVerifierKey(text: string): Promise<Verifier> {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? []
  const bytes = fromBase64(encoded ?? '')
  if (!name || bytes?.length !== 33 || bytes[0] !== 0x01)
    throw new UnusableNote('this is no Ed25519 verifier key')
  const hash = await sha256(utf8(`${name}\n`), bytes)
  if (toHex(hash.slice(0, 4)) !== id)
    throw new UnusableNote('the id of this verifier key is not of its name and key')
  return { name, id: hash.slice(0, 4), publicKey: bytes.slice(1), text }
}

/**
 * The text of a note that at least one of these verifiers signed. Signatures of others are passed over.
 * @throws UnusableNote where a signature of theirs is wrong, or there is none
 */
export async function openNote(
  note: string,
  verifiers: Verifier[],
): Promise<{ text: string; signedBy: Verifier[] }> {
  const { text, lines } = partsOf(note)
  const signedBy: Verifier[] = []
  for (const line of lines) {
    const { name, id, signature } = parseSignature(line)
    const known = verifiers.find((verifier) => verifier.name === name && equal(verifier.id, id))
    if (!known) continue
    const key = await crypto.subtle.importKey('raw', known.publicKey, 'Ed25519', false, ['verify'])
    const isRight =
      signature.length === 64 && (await crypto.subtle.verify('Ed25519', key, signature, utf8(text)))
    if (!isRight) throw new UnusableNote(`the signature of ${name} is wrong`)
    if (!signedBy.includes(known)) signedBy.push(known)
  }
  if (signedBy.length === 0) throw new UnusableNote('none of the keys signed this note')
  return { text, signedBy }
}

/** What a note says, and the lines that sign it. @throws UnusableNote */
export function partsOf(note: string): { text: string; lines: string[] } {
  const end = note.lastIndexOf('\n\n')
  const isNote =
    end >= 0 &&
    note.endsWith('\n') &&
    note.length <= 1_000_000 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a note must not contain them
    !/[\x00-\x09\x0b-\x1f]/.test(note)
  if (!isNote) throw new UnusableNote('this is no signed note')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw new UnusableNote('this note has too many signatures')
  return { text: note.slice(0, end + 1), lines }
}

function parseSignature(line: string): { name: string; id: Bytes; signature: Bytes } {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded ?? '')
  if (!name || !bytes || bytes.length < 5)
    throw new UnusableNote('a signature line is not in order')
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) }
}

export interface Checkpoint {
  /** Which log: the key's name, a slash, the tenant's id. */
  origin: string
  treeSize: number
  rootHash: Bytes
}

/** @throws UnusableNote */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n')
  const rootHash = fromBase64(root ?? '')
  const isInOrder =
    origin &&
    /^(0|[1-9]\d{0,15})$/.test(size ?? '') &&
    rootHash?.length === 32 &&
    rest.at(-1) === ''
  if (!isInOrder || !Number.isSafeInteger(Number(size)))
    throw new UnusableNote('this is no checkpoint')
  return { origin, treeSize: Number(size), rootHash }
}
