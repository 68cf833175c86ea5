/**
 * A witness server (C2SP tlog-witness and tlog-cosignature) that stores its state in memory. It
 * follows the specifications and shares no code with the service, so that it can detect errors in
 * the proofs of the service.
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Witness {
  /** The submission prefix of the witness. */
  url: string
  /** The verifier key of the witness. */
  key: string
  /** Accepts logs whose origin begins with the name of this verifier key. */
  trust(verifierKey: string): void
  /** The size of the last cosigned checkpoint of each log, by origin. */
  sizes: Map<string, number>
  /** The cosigned checkpoints, oldest first. */
  cosigned: { origin: string; size: number }[]
  /** The number of received requests. */
  asked: number
  /** Handles requests with this listener. Null restores the normal behaviour. */
  answer(listener: ((response: ServerResponse, body: string) => void) | null): void
  /**
   * Returns the signature line for the text of a checkpoint.
   * @param privateKey default: the key of the witness
   * @param time in seconds; default: now
   */
  cosign(text: string, privateKey?: KeyObject, time?: bigint): string
  close(): Promise<void>
}

const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const keyHash = (name: string, typedKey: Buffer) =>
  sha256(Buffer.from(`${name}\n`), typedKey).subarray(0, 4)
const node = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right)
const ed25519Spki = Buffer.from('302a300506032b6570032100', 'hex')

class Refusal extends Error {
  readonly status: number
  readonly type: string
  constructor(status: number, text = '', type = 'text/plain') {
    super(text)
    this.status = status
    this.type = type
  }
}

/** The type of the verifier key, and the length of the public key in bytes. */
const algorithms = { ed25519: { type: 4, length: 32 }, 'ml-dsa-44': { type: 6, length: 1_312 } }
export type CosignatureAlgorithm = keyof typeof algorithms

export const cosignerKeys = (algorithm: CosignatureAlgorithm) =>
  algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ml-dsa-44')

export async function startWitness(
  algorithm: CosignatureAlgorithm = 'ml-dsa-44',
  name = 'witness.example/w1',
): Promise<Witness> {
  const { publicKey, privateKey: own } = cosignerKeys(algorithm)
  const { type, length } = algorithms[algorithm]
  const typedKey = Buffer.concat([
    Buffer.of(type),
    publicKey.export({ format: 'der', type: 'spki' }).subarray(-length),
  ])
  const logs: { name: string; hash: Buffer; key: KeyObject }[] = []
  const heads = new Map<string, { size: number; root: Buffer }>()
  let otherwise: ((response: ServerResponse, body: string) => void) | null = null

  function addCheckpoint(body: string): string {
    const [head, text, signatures] = body.split('\n\n')
    const [old, ...proof] = head!.split('\n')
    const from = Number(/^old (0|[1-9]\d*)$/.exec(old!)?.[1] ?? refuse(400, 'old'))
    const [origin, size, rootHash] = text!.split('\n')
    const to = Number(size)
    const root = Buffer.from(rootHash!, 'base64')
    const log = logs.find((known) => origin!.startsWith(`${known.name}/`)) ?? refuse(404)
    const isSigned = signatures!.split('\n').some((line) => {
      const [, signer, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? []
      const bytes = Buffer.from(encoded ?? '', 'base64')
      if (signer !== log.name || !bytes.subarray(0, 4).equals(log.hash)) return false
      return verify(null, Buffer.from(`${text}\n`), log.key, bytes.subarray(4))
    })
    if (!isSigned) refuse(403)
    if (from > to || proof.length > 63) refuse(400)
    const known = heads.get(origin!) ?? { size: 0, root: sha256() }
    if (from !== known.size) refuse(409, `${known.size}\n`, 'text/x.tlog.size')
    if (from === to && !known.root.equals(root)) refuse(409, `${known.size}\n`, 'text/x.tlog.size')
    const hashes = proof.map((line) => Buffer.from(line, 'base64'))
    if (from === 0 ? hashes.length > 0 : !isContinued(known, { size: to, root }, hashes))
      refuse(422)
    heads.set(origin!, { size: to, root })
    witness.sizes.set(origin!, to)
    witness.cosigned.push({ origin: origin!, size: to })
    return `— somebody.else AAAAAAAA\n${witness.cosign(`${text}\n`)}`
  }

  const server = createServer(async (request, response) => {
    witness.asked++
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts).toString()
    if (otherwise) return otherwise(response, body)
    try {
      if (request.method !== 'POST' || request.url !== '/log/add-checkpoint') refuse(404)
      response.end(addCheckpoint(body))
    } catch (error) {
      const { status, type, message } =
        error instanceof Refusal ? error : new Refusal(400, String(error))
      response.writeHead(status, { 'content-type': type }).end(message)
    }
  })
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', resolve),
  )
  const witness: Witness = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`,
    key: `${name}+${keyHash(name, typedKey).toString('hex')}+${typedKey.toString('base64')}`,
    trust(verifierKey) {
      const [, logName, hash, encoded] = /^(.+)\+(.{8})\+(.+)$/.exec(verifierKey.trim())!
      const key = createPublicKey({
        format: 'der',
        type: 'spki',
        key: Buffer.concat([ed25519Spki, Buffer.from(encoded!, 'base64').subarray(1)]),
      })
      logs.push({ name: logName!, hash: Buffer.from(hash!, 'hex'), key })
    },
    sizes: new Map(),
    cosigned: [],
    asked: 0,
    answer(listener) {
      otherwise = listener
    },
    cosign(text, privateKey = own, time = BigInt(Math.floor(Date.now() / 1000))) {
      const at = uint64(time)
      const message =
        algorithm === 'ed25519'
          ? Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)
          : cosignedMessage(name, at, text)
      const signature = sign(null, message, privateKey)
      return `— ${name} ${Buffer.concat([keyHash(name, typedKey), at, signature]).toString('base64')}\n`
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return witness
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** The message that a witness signs with ML-DSA-44 (tlog-cosignature, `cosigned_message`). */
function cosignedMessage(name: string, time: Buffer, text: string): Buffer {
  const [origin, size, rootHash] = text.split('\n')
  const vector = (value: string) => [Buffer.of(Buffer.byteLength(value)), Buffer.from(value)]
  return Buffer.concat([
    Buffer.from('737562747265652f76310a00', 'hex'),
    ...vector(name),
    time,
    ...vector(origin!),
    Buffer.alloc(8),
    uint64(BigInt(size!)),
    Buffer.from(rootHash!, 'base64'),
  ])
}

function refuse(status: number, text?: string, type?: string): never {
  throw new Refusal(status, text, type)
}

/**
 * Verifies a consistency proof. Follows the recursive definition in RFC 6962 §2.1.2 and computes
 * the root hashes of both trees from the proof, bottom up.
 */
function isContinued(
  from: { size: number; root: Buffer },
  to: { size: number; root: Buffer },
  proof: Buffer[],
): boolean {
  const take = () => proof.shift() ?? refuse(422, 'The proof is too short.')
  const roots = (m: number, n: number, isWhole: boolean): [Buffer, Buffer] => {
    if (m === n) {
      const hash = isWhole ? from.root : take()
      return [hash, hash]
    }
    let k = 1
    while (k * 2 < n) k *= 2
    if (m <= k) {
      const [before, after] = roots(m, k, isWhole)
      return [before, node(after, take())]
    }
    const [before, after] = roots(m - k, n - k, false)
    const left = take()
    return [node(left, before), node(left, after)]
  }
  const [before, after] = roots(from.size, to.size, true)
  return proof.length === 0 && before.equals(from.root) && after.equals(to.root)
}
