/** What a witness says of a checkpoint: that it saw it at some time, and that it continues all that it saw before (C2SP tlog-cosignature). */
import { verify } from 'node:crypto'
import { parseKey, parseSignature, UnusableNote, type Verifier } from './signed-note.ts'

/** @throws UnusableNote */
export const parseCosignerKey = (text: string): Verifier => parseKey(text, 0x04)

/**
 * The line of a witness's answer by which it cosigns this text; lines of other keys are passed over.
 * @throws UnusableNote where a line is malformed, its signature is wrong, or there is none of this witness
 */
export function cosignatureOf(text: string, answer: string, witness: Verifier): string {
  const lines = answer.split('\n')
  if (lines.pop() !== '') throw new UnusableNote('a signature line has no end')
  const own = lines.filter((line) => {
    const { name, id } = parseSignature(line)
    return name === witness.name && id.equals(witness.id)
  })
  for (const line of own) {
    const { signature } = parseSignature(line)
    if (signature.length !== 72) throw new UnusableNote('a cosignature has a time and 64 bytes')
    const message = `cosignature/v1\ntime ${signature.readBigUInt64BE()}\n${text}`
    if (!verify(null, Buffer.from(message), witness.key, signature.subarray(8)))
      throw new UnusableNote(`the cosignature of ${witness.name} is wrong`)
  }
  if (!own[0]) throw new UnusableNote('this witness did not cosign')
  return own[0]
}
