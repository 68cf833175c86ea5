/** Verifier keys of witnesses (https://c2sp.org/tlog-cosignature). */
import { InvalidNote, parseKey, type SignatureType, type Verifier } from './signed-note.ts'

/** 0x04 is Ed25519. 0x06 is ML-DSA-44, which the specification recommends for new witnesses. */
export interface CosignerKey extends Verifier {
  type: Exclude<SignatureType, 0x01>
}

/**
 * Parses the verifier key of a witness.
 * @throws InvalidNote when the text is not a verifier key for cosignatures
 */
export function parseCosignerKey(text: string): CosignerKey {
  for (const type of [0x04, 0x06] as const) {
    try {
      return { type, ...parseKey(text, type) }
    } catch (error) {
      if (!(error instanceof InvalidNote)) throw error
    }
  }
  throw new InvalidNote('The text is not a verifier key (name+id+key) of type 4 or 6.')
}
