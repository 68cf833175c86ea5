/**
 * Project Wycheproof's JSON web signature vectors (test/vectors/README.md) against our parsing and
 * verification: every invalid signature is refused, and every valid one of a supported algorithm is
 * accepted.
 */
import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { type PinnedKey, pinnedKey } from '../../platform/auth/jwk.ts'
import {
  forbiddenHeaders,
  splitCompactJws,
  verifySignature,
} from '../../subgraphs/identity/jwt/jws.ts'

interface Vector {
  tcId: number
  comment: string
  jws: string
  result: 'valid' | 'invalid'
}
interface Group {
  comment: string
  public?: JWK | { keys: JWK[] }
  private?: JWK
  tests: Vector[]
}

const { testGroups } = JSON.parse(
  readFileSync(new URL('../vectors/json_web_signature_test.json', import.meta.url), 'utf8'),
) as {
  testGroups: Group[]
}

/** The keys of a group as a partner would register them; empty if their type is not supported. */
async function registered({ public: published }: Group): Promise<PinnedKey[]> {
  const jwks = published
    ? 'keys' in published
      ? (published.keys as JWK[])
      : [published as JWK]
    : []
  const keys = await Promise.all(jwks.map((jwk) => pinnedKey(jwk).catch(() => null)))
  return keys.filter((key) => key !== null)
}

/** Verifies like every partner token, except that the payload need not be JSON. */
async function isAccepted(jws: string, keys: PinnedKey[]): Promise<boolean> {
  const header = splitCompactJws(jws)?.header
  if (!header || forbiddenHeaders.some((name) => name in header)) return false
  const key = keys.find(
    ({ kid, alg }) => alg === header.alg && (header.kid === undefined || kid === header.kid),
  )
  return key !== undefined && verifySignature({ compact: jws }, key)
}

const protectedHeader = (jws: string): { alg?: string } =>
  JSON.parse(Buffer.from(jws.split('.')[0]!, 'base64url').toString())

test('the vectors exist', () => {
  expect(testGroups.flatMap(({ tests }) => tests)).toHaveLength(401)
})

describe('Wycheproof', () => {
  const all = testGroups.flatMap((group) => group.tests.map((vector) => ({ group, ...vector })))

  test('accepts no invalid signature', async () => {
    const accepted: string[] = []
    let asked = 0
    for (const { group, tcId, comment, jws, result } of all) {
      // One invalid vector is identical to a valid one of its group, so it cannot be refused.
      const isLikeGoodOne = group.tests.some(
        (other) => other.result === 'valid' && other.jws === jws,
      )
      if (result === 'valid' || isLikeGoodOne) continue
      asked++
      if (await isAccepted(jws, await registered(group)))
        accepted.push(`${tcId} ${group.comment}: ${comment}`)
    }
    expect(asked).toBe(353)
    expect(accepted).toEqual([])
  })

  test('negative control: accepts every valid signature of a supported algorithm', async () => {
    const refused: string[] = []
    const taken: Record<string, number> = {}
    for (const { group, tcId, comment, jws, result } of all) {
      const keys = await registered(group)
      // Some valid vectors use another algorithm than their key names; keys are pinned to one
      // algorithm here.
      if (result !== 'valid' || !keys.some(({ alg }) => alg === protectedHeader(jws).alg)) continue
      // An empty payload is never valid here.
      if (jws.split('.')[1] === '') continue
      if (await isAccepted(jws, keys)) taken[keys[0]!.alg] = (taken[keys[0]!.alg] ?? 0) + 1
      else refused.push(`${tcId} ${group.comment}: ${comment}`)
    }
    expect(refused).toEqual([])
    expect(Object.keys(taken).toSorted()).toEqual(
      ['ES256', 'EdDSA', 'PS256', 'RS256'].filter((alg) => taken[alg]),
    )
    expect(Object.keys(taken)).toEqual(expect.arrayContaining(['ES256', 'PS256', 'RS256']))
  })
})
