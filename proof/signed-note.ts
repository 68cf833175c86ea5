/**
 * Signed notes with Ed25519 signatures (https://c2sp.org/signed-note):
 *
 *     note         = text LF 1*100signature
 *     text         = 1*(line LF)                ; no control characters
 *     signature    = "— " key-name " " base64(key-id signature-bytes) LF
 *     verifier-key = key-name "+" hex(key-id) "+" base64(signature-type public-key)
 *     key-id       = the first 4 bytes of SHA-256(key-name LF signature-type public-key)
 *     key-name     = 1*character                ; neither white space nor "+"
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { type Bytes, concatBytes, equalBytes, fromBase64, toBase64, utf8 } from './bytes.ts'

/** 0x01 is an Ed25519 signature. 0x04 and 0x06 are cosignatures (./cosigner-key.ts). */
export type SignatureType = 0x01 | 0x04 | 0x06

/** The length of the public key of each signature type, in bytes. */
const keyLengths: Record<SignatureType, number> = { 1: 32, 4: 32, 6: 1_312 }

/** A named public key that verifies signatures. */
export interface Verifier {
  name: string
  /** The key ID: 4 bytes that are derived from the name and the key. */
  keyId: Bytes
  /** 32 bytes for Ed25519, 1,312 bytes for ML-DSA-44. */
  publicKey: Bytes
}

export interface Signer extends Verifier {
  /** Returns the 64-byte Ed25519 signature of a message. */
  sign(message: Uint8Array): Uint8Array
}

/** A note, checkpoint, signature or verifier key is malformed or not valid. */
export class InvalidNote extends Error {
  override name = 'InvalidNote'
}

const maxSignatures = 100
const maxNoteLength = 1_000_000

function keyIdOf(name: string, publicKey: Uint8Array, type: SignatureType): Bytes {
  const hash = sha256(concatBytes([utf8(`${name}\n`), Uint8Array.of(type), publicKey]))
  return Uint8Array.from(hash.subarray(0, 4))
}

/**
 * Creates a verifier from a key name and an Ed25519 public key.
 * @throws InvalidNote when the name is empty or contains white space or a plus sign
 */
export function createVerifier(name: string, publicKey: Bytes): Verifier {
  if (!/^[^\s+]+$/u.test(name))
    throw new InvalidNote('The name of a key must not be empty or contain white space or "+".')
  return { name, keyId: keyIdOf(name, publicKey, 0x01), publicKey }
}

/** Returns the verifier key as text, in the published format. */
export const formatVerifierKey = ({ name, keyId, publicKey }: Verifier): string =>
  `${name}+${bytesToHex(keyId)}+${toBase64(concatBytes([Uint8Array.of(0x01), publicKey]))}`

/**
 * Parses a verifier key for signatures of notes.
 * @throws InvalidNote when the text is not an Ed25519 verifier key
 */
export const parseVerifierKey = (text: string): Verifier => parseKey(text, 0x01)

/**
 * Parses a verifier key for one type of signature.
 * @throws InvalidNote when the text is not a verifier key of this type
 */
export function parseKey(text: string, type: SignatureType): Verifier {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? []
  const bytes = fromBase64(encoded ?? '')
  if (!name || bytes?.length !== keyLengths[type] + 1 || bytes[0] !== type)
    throw new InvalidNote(`The text is not a verifier key (name+id+key) of type ${type}.`)
  const publicKey = bytes.slice(1)
  const expected = keyIdOf(name, publicKey, type)
  if (bytesToHex(expected) !== keyId)
    throw new InvalidNote('The ID in the verifier key does not match its name and key.')
  return { name, keyId: expected, publicKey }
}

/** Signs a text and returns the note. The text must consist of complete lines. */
export function signNote(text: string, { name, keyId, sign }: Signer): string {
  return `${text}\n— ${name} ${toBase64(concatBytes([keyId, sign(utf8(text))]))}\n`
}

/**
 * Verifies the signatures of a note. Returns the text of the note and the verifiers that signed the
 * note. Ignores signatures by other keys.
 * @throws InvalidNote when a verifier's signature is wrong, or no verifier signed the note
 * @throws NotSupportedError when the browser does not support Ed25519
 */
export async function openNote(
  note: string,
  verifiers: Verifier[],
): Promise<{ text: string; signedBy: Verifier[] }> {
  const { text, signatures } = splitNote(note)
  const signedBy: Verifier[] = []
  for (const { name, keyId, signature } of signatures.map(parseSignature)) {
    const known = findVerifier(verifiers, name, keyId)
    if (!known) continue
    if (!(await verifySignature(known, utf8(text), signature)))
      throw new InvalidNote(`The signature by ${name} is wrong.`)
    if (!signedBy.includes(known)) signedBy.push(known)
  }
  if (signedBy.length === 0) throw new InvalidNote('None of the given keys signed the note.')
  return { text, signedBy }
}

const findVerifier = (verifiers: Verifier[], name: string, keyId: Bytes) =>
  verifiers.find((verifier) => verifier.name === name && equalBytes(verifier.keyId, keyId))

/**
 * Splits a note into its text and its signature lines, without verifying the signatures.
 * @throws InvalidNote when the note is malformed
 */
export function splitNote(note: string): { text: string; signatures: string[] } {
  const end = note.lastIndexOf('\n\n')
  const isNote =
    end >= 0 &&
    note.endsWith('\n') &&
    note.length <= maxNoteLength &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it finds control characters
    !/[\x00-\x09\x0b-\x1f]/.test(note)
  if (!isNote) throw new InvalidNote('The text is not a signed note.')
  const signatures = note.slice(end + 2, -1).split('\n')
  if (signatures.length > maxSignatures)
    throw new InvalidNote(`The note has more than ${maxSignatures} signatures.`)
  return { text: note.slice(0, end + 1), signatures }
}

/**
 * Parses one signature line of a note.
 * @throws InvalidNote when the line is not a signature line
 */
export function parseSignature(line: string): { name: string; keyId: Bytes; signature: Bytes } {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded ?? '')
  if (!name || !bytes || bytes.length < 5) throw new InvalidNote('A signature line is malformed.')
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}

/** Returns whether the signature of the message is valid. Uses WebCrypto. */
export async function verifySignature(
  { publicKey }: Verifier,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (signature.length !== 64) return false
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, signature, message)
}
