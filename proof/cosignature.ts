/**
 * Cosignatures (https://c2sp.org/tlog-cosignature). With a cosignature, a witness confirms that it
 * saw a checkpoint at a given time, and that the checkpoint is consistent with all earlier
 * checkpoints of the log.
 *
 *     signature-bytes = time[8, seconds, big-endian] ed25519-signature[64]
 *     signed message  = "cosignature/v1" LF "time " decimal-time LF checkpoint
 */
import { equalBytes, utf8 } from './bytes.ts'
import {
  InvalidNote,
  parseKey,
  parseSignature,
  type Verifier,
  verifySignature,
} from './signed-note.ts'

/**
 * Parses the verifier key of a witness.
 * @throws InvalidNote when the text is not a verifier key for cosignatures
 */
export const parseCosignerKey = (text: string): Verifier => parseKey(text, 0x04)

/**
 * Verifies the witness's cosignature in a response and returns its signature line. Ignores
 * signatures by other keys.
 * @param checkpoint the text of the checkpoint, without signatures
 * @param response the signature lines in the response of the witness
 * @throws InvalidNote when a line is malformed, or the cosignature is missing or wrong
 */
export async function findCosignature(
  checkpoint: string,
  response: string,
  witness: Verifier,
): Promise<string> {
  const lines = response.split('\n')
  if (lines.pop() !== '')
    throw new InvalidNote('The last signature line must end with a line feed.')
  const own = lines.filter((line) => {
    const { name, keyId } = parseSignature(line)
    return name === witness.name && equalBytes(keyId, witness.keyId)
  })
  for (const line of own) {
    const { signature } = parseSignature(line)
    if (signature.length !== 72)
      throw new InvalidNote('A cosignature must have 72 bytes: a time and an Ed25519 signature.')
    const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)
    const message = utf8(`cosignature/v1\ntime ${time}\n${checkpoint}`)
    if (!(await verifySignature(witness, message, signature.slice(8))))
      throw new InvalidNote(`The cosignature by ${witness.name} is wrong.`)
  }
  if (!own[0]) throw new InvalidNote(`The response has no cosignature by ${witness.name}.`)
  return own[0]
}
