/** Fetches the proof, the published keys and the salts of an event, and verifies the event. */
import { fromBase64, toBase64 } from '../../../proof/bytes.ts'
import { openCheckpoint } from '../../../proof/checkpoint.ts'
import {
  formatVerifierKey,
  openNote,
  parseVerifierKey,
  type Verifier,
} from '../../../proof/signed-note.ts'
import { ApiError, requestGraphql } from '../app/graphql.ts'
import {
  ActivityConsistencyDocument,
  ActivityEventProofDocument,
} from '../pages/activity/activity.graphql.ts'
import {
  checkEvent,
  checkHistory,
  checkPersonal,
  type Disclosures,
  type Proof,
  type ShownEvent,
  type Step,
} from './event-checks.ts'
import {
  isKeyNameKnown,
  keyKnownSince,
  rememberCheckpoint,
  rememberedCheckpoint,
  rememberKeys,
} from './trust-store.ts'

const timeoutMs = 20_000
const maxKeys = 100

/**
 * Verifies the values that the page shows for an event. Returns null if the event is not sealed
 * yet.
 */
export async function verifyEvent(
  tenantId: string,
  shown: ShownEvent,
): Promise<{ steps: Step[]; proof: Proof } | null> {
  const [answer, verifiers] = await Promise.all([
    requestGraphql(tenantId, ActivityEventProofDocument, { id: shown.id }),
    fetchKeys(),
  ])
  const proof = answer.activityEvent?.integrity
  if (!proof) return null
  const checked = await checkEvent(shown, proof, tenantId, verifiers)
  const [shownStep, signatureStep] = [checked.slice(0, 1), checked.slice(-1)]
  const steps = [
    ...shownStep,
    await personalStep(tenantId, shown, proof),
    ...checked.slice(1, -1),
    ...(await Promise.all(signatureStep.map((step) => withKnownKey(step, proof, verifiers)))),
    await historyStep(tenantId, proof),
  ]
  if (steps.every(({ outcome }) => outcome !== 'failed')) {
    const { checkpoint } = await openCheckpoint(proof.checkpoint.note, verifiers)
    rememberKeys(verifiers.map(formatVerifierKey))
    rememberCheckpoint(tenantId, checkpoint)
  }
  return { steps, proof }
}

async function fetchKeys(): Promise<Verifier[]> {
  const response = await fetch('/.well-known/activity-log-keys', {
    signal: AbortSignal.timeout(timeoutMs),
  })
  const lines = (await response.text()).split('\n').filter(Boolean)
  return lines.slice(0, maxKeys).map(parseVerifierKey)
}

/**
 * Adds to the step's result whether this browser stored the key during an earlier verification. An
 * attacker who can replace the signature can also replace the published key.
 */
async function withKnownKey(
  step: Step,
  { checkpoint }: Proof,
  verifiers: Verifier[],
): Promise<Step> {
  if (step.outcome !== 'passed') return step
  const { signedBy } = await openNote(checkpoint.note, verifiers)
  const since = signedBy
    .map((verifier) => keyKnownSince(formatVerifierKey(verifier)))
    .find((date) => date !== null)
  if (since) {
    const date = new Date(since).toLocaleDateString()
    return { ...step, found: `${step.found} This browser has known the key since ${date}.` }
  }
  if (!signedBy.some(({ name }) => isKeyNameKnown(name)))
    return {
      ...step,
      found: `${step.found} The key is new to this browser and is stored for later verifications.`,
    }
  return {
    ...step,
    outcome: 'unknown',
    found: `${step.found} However, this browser has stored another key with the same name. Ask the operator of the service whether the key was changed.`,
  }
}

/**
 * Checks the personal data. Downloads the start of an export that begins with the event, because
 * only exports contain the salts. The Activity log records the download.
 */
async function personalStep(tenantId: string, shown: ShownEvent, proof: Proof): Promise<Step> {
  const unknown = (found: string): Step => ({ name: 'personal', outcome: 'unknown', found })
  try {
    const disclosures = await fetchDisclosures(tenantId, proof.sequence)
    if (disclosures) return await checkPersonal(shown, proof, disclosures)
    return unknown(
      'Names, addresses and changes were not checked, because the event has expired and its salts are no longer available.',
    )
  } catch (error) {
    const reason = error instanceof ApiError ? error.message : 'The salts could not be downloaded.'
    return unknown(`Names, addresses and changes were not checked. ${reason}`)
  }
}

/**
 * The maximum length of the download, in characters. One of the first lines contains the event, so
 * the download does not need the rest of the export.
 */
const maxDownloadLength = 16_000_000

async function fetchDisclosures(tenantId: string, sequence: number): Promise<Disclosures | null> {
  const address = `/activity/export/${tenantId}?format=NDJSON&afterSequence=${sequence - 1}`
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok || !response.body) {
    const body = (await response.json().catch(() => null)) as {
      errors?: { message: string; extensions: { code: string } }[]
    } | null
    throw new ApiError(
      body?.errors?.[0]?.extensions.code ?? 'INTERNAL_SERVER_ERROR',
      body?.errors?.[0]?.message ?? '',
    )
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  try {
    let text = ''
    for (let read = 0; read < maxDownloadLength; ) {
      const { done, value } = await reader.read()
      text += value ?? ''
      read += value?.length ?? 0
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) {
        const row = JSON.parse(line) as { sequence?: number; disclosures?: Disclosures }
        if (row.sequence !== undefined)
          return row.sequence === sequence && row.disclosures ? row.disclosures : null
      }
      if (done) return null
    }
    return null
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Checks that the log extends the checkpoint that this browser has stored. */
async function historyStep(tenantId: string, { checkpoint }: Proof): Promise<Step> {
  const unknown = (found: string): Step => ({ name: 'history', outcome: 'unknown', found })
  const failed = (found: string): Step => ({ name: 'history', outcome: 'failed', found })
  const before = rememberedCheckpoint(tenantId)
  if (!before)
    return unknown(
      'This browser has not verified this log before. It stores the checkpoint for later verifications.',
    )
  const origin = checkpoint.note.split('\n')[0]
  if (origin !== before.origin)
    return unknown(
      `An operator restarted the log in a new epoch. The previous log was ${before.origin}.`,
    )
  const rootHash = fromBase64(checkpoint.rootHash)
  if (!rootHash) return failed('The root hash is not in base64.')
  const now = { origin, treeSize: checkpoint.treeSize, rootHash }
  const [earlier, later] = before.treeSize <= now.treeSize ? [before, now] : [now, before]
  if (earlier.treeSize === later.treeSize) return checkHistory(earlier, later, [])
  const answer = await requestGraphql(tenantId, ActivityConsistencyDocument, {
    tenantId,
    treeSize: later.treeSize,
    fromTreeSize: earlier.treeSize,
  }).catch(() => null)
  if (!answer)
    return unknown('The proof that the log continues could not be fetched. Try again later.')
  const stated = answer.tenant?.activityCheckpoint
  if (!stated?.consistencyPath || stated.rootHash !== toBase64(later.rootHash))
    return failed(
      `The log no longer has the checkpoint of ${later.treeSize} events that this browser verified: the log was truncated or rewritten.`,
    )
  return checkHistory(earlier, later, stated.consistencyPath)
}
