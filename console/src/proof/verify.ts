/** Gets what is needed to verify an event, and verifies it: the proof, the published keys, the salts, and what this browser saw before. */
import { ApiError, requestGraphql } from '../app/graphql.ts'
import {
  ActivityConsistencyDocument,
  ActivityEventProofDocument,
} from '../pages/activity/activity.graphql.ts'
import { fromBase64, toBase64 } from './bytes.ts'
import { openNote, parseCheckpoint, parseVerifierKey, type Verifier } from './note.ts'
import { firstSeen, rememberCheckpoint, rememberedCheckpoint, rememberKeys } from './trust-store.ts'
import {
  checkEvent,
  checkHistory,
  checkPersonal,
  type Disclosures,
  type Proof,
  type ShownEvent,
  type Step,
} from './verify-event.ts'

const deadlineMs = 20_000

/** @returns null where the event is not sealed yet */
export async function verify(
  tenantId: string,
  shown: ShownEvent,
): Promise<{ steps: Step[]; proof: Proof } | null> {
  const [answer, verifiers] = await Promise.all([
    requestGraphql(tenantId, ActivityEventProofDocument, { id: shown.id }),
    publishedKeys(),
  ])
  const proof = answer.activityEvent?.integrity
  if (!proof) return null
  const checked = await checkEvent(shown, proof, tenantId, verifiers)
  const steps = [
    ...checked.slice(0, 1),
    await personal(tenantId, shown, proof),
    ...checked.slice(1, -1),
    await withKeySeen(checked.at(-1)!, proof, verifiers),
    await history(tenantId, proof),
  ]
  if (steps.every(({ outcome }) => outcome !== 'failed')) {
    rememberKeys(verifiers.map(({ text }) => text))
    rememberCheckpoint(tenantId, await stated(proof, verifiers))
  }
  return { steps, proof }
}

async function publishedKeys(): Promise<Verifier[]> {
  const response = await fetch('/.well-known/activity-log-keys', {
    signal: AbortSignal.timeout(deadlineMs),
  })
  const lines = (await response.text()).split('\n').filter(Boolean)
  return Promise.all(lines.slice(0, 100).map(parseVerifierKey))
}

const stated = async ({ checkpoint }: Proof, verifiers: Verifier[]) =>
  parseCheckpoint((await openNote(checkpoint.note, verifiers)).text)

/** A key that comes together with what it signed proves that the two fit; one that this browser knew before proves more. */
async function withKeySeen(
  step: Step,
  { checkpoint }: Proof,
  verifiers: Verifier[],
): Promise<Step> {
  if (step.outcome !== 'passed') return step
  const { signedBy } = await openNote(checkpoint.note, verifiers)
  const since = signedBy.map(({ text }) => firstSeen(text)).find((date) => date !== null)
  if (since)
    return {
      ...step,
      found: `${step.found} This browser knows the key since ${new Date(since).toLocaleDateString()}.`,
    }
  const knowsAnother = signedBy.some(({ name }) => firstSeen(name, true) !== null)
  if (!knowsAnother)
    return {
      ...step,
      found: `${step.found} This browser sees the key for the first time, and remembers it.`,
    }
  const found = `${step.found} But this browser knew another key of that name: ask whoever runs the service whether it was changed.`
  return { ...step, outcome: 'unknown', found }
}

/** Salts are in exports alone: the event's own line is read, and the rest of the download let go. The log has a row of it. */
async function personal(tenantId: string, shown: ShownEvent, proof: Proof): Promise<Step> {
  try {
    const disclosures = await disclosuresOf(tenantId, proof.sequence)
    if (disclosures) return await checkPersonal(shown, proof, disclosures)
    return {
      name: 'personal',
      outcome: 'unknown',
      found: 'The export does not hold this event any more, so that its salts are not known.',
    }
  } catch (error) {
    const why = error instanceof ApiError ? error.message : 'The salts could not be had.'
    return {
      name: 'personal',
      outcome: 'unknown',
      found: `Not checked: names, addresses and changes. ${why}`,
    }
  }
}

/** More than the lines up to an event can be long: its stretch of hashes, and itself. */
const maxBytes = 16_000_000

async function disclosuresOf(tenantId: string, sequence: number): Promise<Disclosures | null> {
  const address = `/activity/export/${tenantId}?format=NDJSON&afterSequence=${sequence - 1}`
  const response = await fetch(address, { signal: AbortSignal.timeout(deadlineMs) })
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
    for (let read = 0; read < maxBytes; ) {
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

/** Whether the log is still the one that this browser saw before, grown. */
async function history(tenantId: string, { checkpoint }: Proof): Promise<Step> {
  const unknown = (found: string): Step => ({ name: 'history', outcome: 'unknown', found })
  const before = rememberedCheckpoint(tenantId)
  if (!before)
    return unknown(
      'This browser has not seen this log before. It remembers this statement, to compare the next one with.',
    )
  const origin = checkpoint.note.split('\n')[0]
  if (origin !== before.origin)
    return unknown(`An operator opened a new epoch: before it was the log ${before.origin}.`)
  const rootHash = fromBase64(checkpoint.rootHash)
  if (!rootHash) return { name: 'history', outcome: 'failed', found: 'The root is not in order.' }
  const now = { origin, treeSize: checkpoint.treeSize, rootHash }
  const [earlier, later] = before.treeSize <= now.treeSize ? [before, now] : [now, before]
  if (earlier.treeSize === later.treeSize) return checkHistory(earlier, later, [])
  const answer = await requestGraphql(tenantId, ActivityConsistencyDocument, {
    tenantId,
    treeSize: later.treeSize,
    fromTreeSize: earlier.treeSize,
  }).catch(() => null)
  if (!answer)
    return unknown('Whether the log continues what this browser saw of it could not be asked.')
  const stated = answer.tenant?.activityCheckpoint
  if (!stated?.consistencyPath || stated.rootHash !== toBase64(later.rootHash))
    return {
      name: 'history',
      outcome: 'failed',
      found: `The log does not know the statement of ${later.treeSize} events that this browser saw: it was cut off or rewritten.`,
    }
  return checkHistory(earlier, later, stated.consistencyPath)
}
