/**
 * Cosignatures (https://c2sp.org/tlog-cosignature). With a cosignature, a witness confirms that it
 * saw a checkpoint at a given time, and that the checkpoint is consistent with all earlier
 * checkpoints of the log.
 *
 *     signature-bytes   = time[8, seconds, big-endian] signature[64 or 2420]
 *     ed25519-message   = "cosignature/v1" LF "time " decimal-time LF checkpoint
 *     ml-dsa-44-message = "subtree/v1" LF NUL length[1] cosigner-name time[8] length[1] log-origin
 *                         start[8] end[8] root-hash[32]   ; start is 0, end is the tree size
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { equalBytes, utf8 } from '../../../proof/bytes.ts'
import { parseCheckpoint } from '../../../proof/checkpoint.ts'
import type { CosignerKey } from '../../../proof/cosigner-key.ts'
import { InvalidNote, parseSignature } from '../../../proof/signed-note.ts'

const signatureLengths = { 4: 64, 6: 2_420 }
/** The SubjectPublicKeyInfo in DER of an Ed25519 and of an ML-DSA-44 key, without the key. */
const spkiPrefixes = {
  4: '302a300506032b6570032100',
  6: '30820532300b06096086480165030403110382052100',
}
const maxTime = 2n ** 63n - 1n

/**
 * Verifies the witness's cosignature in a response and returns its signature line. Ignores
 * signatures by other keys.
 * @param checkpoint the text of the checkpoint, without signatures
 * @param response the signature lines in the response of the witness
 * @throws InvalidNote when a line is malformed, or the cosignature is missing or wrong
 */
export function findCosignature(
  checkpoint: string,
  response: string,
  witness: CosignerKey,
): string {
  const lines = response.split('\n')
  if (lines.pop() !== '')
    throw new InvalidNote('The last signature line must end with a line feed.')
  const own = lines.filter((line) => {
    const { name, keyId } = parseSignature(line)
    return name === witness.name && equalBytes(keyId, witness.keyId)
  })
  const key = publicKeyOf(witness)
  for (const line of own) verifyCosignature(checkpoint, line, witness, key)
  if (!own[0]) throw new InvalidNote(`The response has no cosignature by ${witness.name}.`)
  return own[0]
}

const publicKeyOf = ({ type, publicKey }: CosignerKey): KeyObject =>
  createPublicKey({
    format: 'der',
    type: 'spki',
    key: Buffer.concat([Buffer.from(spkiPrefixes[type], 'hex'), publicKey]),
  })

function verifyCosignature(
  checkpoint: string,
  line: string,
  { name, type }: CosignerKey,
  key: KeyObject,
): void {
  const bytes = Buffer.from(parseSignature(line).signature)
  const length = signatureLengths[type] + 8
  if (bytes.length !== length)
    throw new InvalidNote(`A cosignature of type ${type} must have ${length} bytes.`)
  const time = bytes.readBigUInt64BE()
  // With the time 0, a witness does not confirm that it saw no larger tree.
  if (time === 0n || time > maxTime)
    throw new InvalidNote(`The cosignature by ${name} must have a time from 1 to 2^63 - 1.`)
  const message =
    type === 0x04
      ? utf8(`cosignature/v1\ntime ${time}\n${checkpoint}`)
      : subtreeMessage(checkpoint, name, time)
  if (!verify(null, message, key, bytes.subarray(8)))
    throw new InvalidNote(`The cosignature by ${name} is wrong.`)
}

function subtreeMessage(checkpoint: string, cosignerName: string, time: bigint): Buffer {
  const { origin, treeSize, rootHash } = parseCheckpoint(checkpoint)
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0'),
    withLength(cosignerName),
    uint64(time),
    withLength(origin),
    uint64(0n),
    uint64(BigInt(treeSize)),
    rootHash,
  ])
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw new InvalidNote('A name of a cosignature has more than 255 bytes.')
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
