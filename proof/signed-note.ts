/** Signed statements: notes (C2SP signed-note) that say how many events a log holds and of which root (C2SP tlog-checkpoint). */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** What an Ed25519 key signs: notes, or that it saw a checkpoint at some time (./cosignature.ts). */
export type SignatureType = 0x01 | 0x04

/** Whoever signs notes, or by whom they are signed. */
export interface Verifier {
  name: string
  /** The first four bytes of what name and key hash to: which key a signature is said to be of. */
  id: Buffer
  key: KeyObject
}

export interface Signer extends Verifier {
  privateKey: KeyObject
}

export class UnusableNote extends Error {
  override name = 'UnusableNote'
}

const isName = (name: string) => name.length > 0 && !/[\s+]/u.test(name)
const rawKey = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url')
const typed = (type: SignatureType, raw: Buffer) => Buffer.concat([Buffer.of(type), raw])
const keyId = (name: string, typedKey: Buffer) =>
  createHash('sha256').update(`${name}\n`).update(typedKey).digest().subarray(0, 4)

/** @param privateKey Ed25519 */
export function signerOf(name: string, privateKey: KeyObject): Signer {
  if (!isName(name)) throw new UnusableNote('the name of a key is one word without a plus sign')
  const key = createPublicKey(privateKey)
  return { name, id: keyId(name, typed(0x01, rawKey(key))), key, privateKey }
}

/** As it is published: `name+id+key`. */
export const verifierKey = ({ name, id, key }: Verifier): string =>
  `${name}+${id.toString('hex')}+${typed(0x01, rawKey(key)).toString('base64')}`

/** @throws UnusableNote */
export const parseVerifierKey = (text: string): Verifier => parseKey(text, 0x01)

/** @throws UnusableNote */
export function parseKey(text: string, type: SignatureType): Verifier {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (!name || bytes.toString('base64') !== encoded || bytes.length !== 33 || bytes[0] !== type)
    throw new UnusableNote('this is no Ed25519 verifier key')
  if (keyId(name, bytes).toString('hex') !== id)
    throw new UnusableNote('the id of this verifier key is not of its name and key')
  return {
    name,
    id: keyId(name, bytes),
    key: createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') },
    }),
  }
}

/** @param text one or more whole lines */
export function signNote(text: string, { name, id, privateKey }: Signer): string {
  return `${text}\n— ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`
}

const maxSignatures = 100

/**
 * The text of a note that at least one of these verifiers signed. Signatures of others are passed over.
 * @throws UnusableNote where a signature of theirs is wrong, or there is none
 */
export function openNote(
  note: string,
  verifiers: Verifier[],
): { text: string; signedBy: Verifier[] } {
  const end = note.lastIndexOf('\n\n')
  const isNote =
    end >= 0 &&
    note.endsWith('\n') &&
    note.length <= 1_000_000 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a note must not contain them
    !/[\x00-\x09\x0b-\x1f]/.test(note)
  if (!isNote) throw new UnusableNote('this is no signed note')
  const text = note.slice(0, end + 1)
  const signedBy: Verifier[] = []
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw new UnusableNote('this note has too many signatures')
  for (const line of lines) {
    const { name, id, signature } = parseSignature(line)
    const known = verifiers.find((verifier) => verifier.name === name && verifier.id.equals(id))
    if (!known) continue
    if (!verify(null, Buffer.from(text), known.key, signature))
      throw new UnusableNote(`the signature of ${name} is wrong`)
    if (!signedBy.includes(known)) signedBy.push(known)
  }
  if (signedBy.length === 0) throw new UnusableNote('none of the keys signed this note')
  return { text, signedBy }
}

/** A signature line. @throws UnusableNote */
export function parseSignature(
  line: string,
): Pick<Verifier, 'name' | 'id'> & { signature: Buffer } {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (!name || bytes.toString('base64') !== encoded || bytes.length < 5)
    throw new UnusableNote('a signature line is not in order')
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

export interface Checkpoint {
  /** Which log. */
  origin: string
  treeSize: number
  rootHash: Buffer
}

export const checkpointText = ({ origin, treeSize, rootHash }: Checkpoint): string =>
  `${origin}\n${treeSize}\n${rootHash.toString('base64')}\n`

/** @throws UnusableNote */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n')
  const rootHash = Buffer.from(root ?? '', 'base64')
  const isInOrder =
    origin &&
    /^(0|[1-9]\d{0,15})$/.test(size ?? '') &&
    rootHash.length === 32 &&
    rootHash.toString('base64') === root &&
    rest.at(-1) === ''
  if (!isInOrder || !Number.isSafeInteger(Number(size)))
    throw new UnusableNote('this is no checkpoint')
  return { origin, treeSize: Number(size), rootHash }
}
