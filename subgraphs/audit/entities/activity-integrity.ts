import type { Context } from '../context.ts'
import type { IntegrityProof, IntegrityReference } from '../mappers.ts'
import type { ActivityIntegrityResolvers } from '../schema.types.ts'

/** Returns a resolver that loads the proof. The sequence number alone needs no proof. */
const fromProof =
  <Field extends keyof IntegrityProof>(field: Field) =>
  async ({ sequence }: IntegrityReference, _: object, { loaders }: Context) =>
    (await loaders.integrity.load(sequence))[field]

export const activityIntegrity: ActivityIntegrityResolvers = {
  canonicalEvent: fromProof('canonicalEvent'),
  leafHash: fromProof('leafHash'),
  inclusionPath: fromProof('inclusionPath'),
  checkpoint: fromProof('checkpoint'),
}
