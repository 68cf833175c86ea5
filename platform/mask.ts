/** Secrets as the log shows them: not at all. The last boundary before a row is written, whatever went wrong on the way there. */

const secret = '(secret)'

/** Names under which secrets stand. Of a JWK, the private members; `k` is a secret as a whole. */
const secretName =
  /(?:secret|password|passwd|passphrase|token|credentials?|authorization|cookie|assertion|private[_-]?key|api[_-]?key|code[_-]?verifier)$/i
const privateJwkMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** What secrets of ours and of others look like, wherever they stand: `{tenantId}.{secret}`, JWTs, Bearer values, private keys in PEM. */
const secretShapes = [
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{43}(?![\w-])/gi,
  /\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*/g,
  /(?<=\bBearer\s+)[\w.~+/=-]+/gi,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
]

/** A value without what looks like a secret, by its name or by its shape; what else is there stays. */
export function masked<T>(value: T): T {
  return withoutSecrets(value) as T
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return secretShapes.reduce((text, shape) => text.replaceAll(shape, secret), value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  // A changed field has its name beside its values.
  const { field } = value as { field?: unknown }
  const isSecretField = typeof field === 'string' && secretName.test(field)
  const members = Object.entries(value).map(([name, member]) => {
    const isSecret =
      secretName.test(name) ||
      ('kty' in value && privateJwkMembers.includes(name)) ||
      (isSecretField && (name === 'before' || name === 'after'))
    return [name, isSecret && member !== null && member !== undefined ? secret : withoutSecrets(member)]
  })
  return Object.fromEntries(members)
}
