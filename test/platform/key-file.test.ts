/** The key files that the operator's commands read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { commands } from '../../admin/commands.ts'
import type { Operator } from '../../admin/operator.ts'

const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
const [jwk, privateJwk] = [await exportJWK(publicKey), await exportJWK(privateKey)]

test.each([
  ['null', null, /cannot be used\. A JWKS must have a `keys` array/],
  ['a list', [jwk], /cannot be used\. A JWKS must have a `keys` array/],
  ['a key that is null', { keys: [null, jwk] }, /Each key of a JWKS must be a JSON object/],
  ['51 keys', { keys: Array(51).fill(jwk) }, /at most 50 keys/],
  ['a private key', privateJwk, /must not contain a private or symmetric key/],
  ['a set with a private key', { keys: [privateJwk] }, /must not contain a private or symmetric/],
  ['a symmetric key', { kty: 'oct', k: 'AAAA' }, /must not contain a private or symmetric key/],
  ['no JSON', '-----BEGIN', /does not contain valid JSON/],
  ['a byte order mark', `\uFEFF${JSON.stringify({ keys: [jwk, jwk] })}`, /exactly one public key/],
])('a file with %s is refused with its reason', async (_, content, reason) => {
  const folder = mkdtempSync(join(tmpdir(), 'itcl-keys-'))
  const path = join(folder, 'key.json')
  try {
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    const run = commands['partner add-key']!.run({} as Operator, { 'client-id': 'vsa', key: path })
    await expect(run).rejects.toThrow(reason)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
