/**
 * Checkpoints: signed notes that state the size and the root hash of a log
 * (https://c2sp.org/tlog-checkpoint). The text of a checkpoint has this grammar:
 *
 *     checkpoint = origin LF tree-size LF base64(root-hash) LF *(extension LF)
 *     tree-size  = decimal number without leading zeros, at most 2^53 - 1
 *     root-hash  = 32 bytes
 *
 * Each tenant has its own log. The origin identifies the log and begins with the name of the
 * signing key, `host "/activity"`:
 *
 *     origin     = host "/activity/" tenant-id ["/" epoch]
 *     epoch      = decimal number from 2; omitted for the first epoch
 */
import { fromBase64, toBase64 } from './bytes.ts'
import { InvalidNote, openNote, type Verifier } from './signed-note.ts'

export interface Checkpoint {
  /** The unique name of the log. */
  origin: string
  treeSize: number
  rootHash: Uint8Array
}

/** Formats a checkpoint as the text of a note, without signatures. */
export const formatCheckpoint = ({ origin, treeSize, rootHash }: Checkpoint): string =>
  `${origin}\n${treeSize}\n${toBase64(rootHash)}\n`

/**
 * Parses the text of a checkpoint, without signatures.
 * @throws InvalidNote when the text is not a checkpoint
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n')
  const treeSize = /^(0|[1-9]\d{0,15})$/.test(size ?? '') ? Number(size) : Number.NaN
  const rootHash = fromBase64(root ?? '')
  if (!origin || !Number.isSafeInteger(treeSize) || rootHash?.length !== 32 || rest.at(-1) !== '')
    throw new InvalidNote('The text is not a checkpoint.')
  return { origin, treeSize, rootHash }
}

/**
 * Verifies the signatures of a checkpoint and parses the checkpoint.
 * @throws InvalidNote when the checkpoint is malformed, or none of the verifiers signed the
 * checkpoint
 */
export async function openCheckpoint(
  note: string,
  verifiers: Verifier[],
): Promise<{ checkpoint: Checkpoint; signedBy: Verifier[] }> {
  const { text, signedBy } = await openNote(note, verifiers)
  return { checkpoint: parseCheckpoint(text), signedBy }
}

/**
 * Returns the origin of a tenant's log.
 * @param keyName the name of the key that signs the log: `host/activity`
 */
export const formatOrigin = (keyName: string, tenantId: string, epoch: number): string =>
  `${keyName}/${tenantId}${epoch > 1 ? `/${epoch}` : ''}`

/** Parses an origin. `tenantId` is undefined when the text is not the origin of a tenant's log. */
export function parseOrigin(origin: string): { tenantId: string | undefined; epoch: number } {
  const [, , tenantId, epoch] = origin.split('/')
  return { tenantId, epoch: Number(epoch ?? 1) }
}

/**
 * Returns whether two origins identify the same log. Ignores the host, because the host can change.
 */
export const isSameLog = (a: string, b: string): boolean =>
  a.split('/').slice(2).join('/') === b.split('/').slice(2).join('/')
