/** Secrets as the log shows them: not at all. The last boundary before a row is written, whatever went wrong on the way there. */

const secret = '(secret)'

/** Names under which secrets stand. Of a JWK, the private members; `k` is a secret as a whole. */
const secretName =
  /(?:secret|password|passwd|passphrase|token|credential|authorization|cookie|assertion|(?:private|secret|api)[_-]?key|code[_-]?verifier)s?$/i
const privateJwkMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * What secrets of ours and of others look like, wherever they stand: `{tenantId}.{secret}`, also in an address, JWTs, Bearer values,
 * private keys in PEM; and what a text itself calls one (`password=…`, `"client_secret":"…"`), with the codes that come in addresses.
 */
const secretShapes = [
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.|%2e)[\w-]{43}(?![\w-])/gi,
  /\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*/g,
  /(?<=\bBearer\s+)[\w.~+/=-]+/gi,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  /(?<=(?:secret|password|passwd|passphrase|pwd|token|assertion|(?:private|secret|api)[_-]?key|code[_-]?verifier|[?&#]code)(?:=|"\s*:\s*"))[^\s"&#]+/gi,
]

/** HTTP's `Basic`: what follows is a name and a password, and not a word that happens to stand there. */
const basic = /(?<=\bBasic\s+)[A-Za-z0-9+/_-]{4,}={0,2}/gi
const isNameAndPassword = (encoded: string) =>
  /^[^\p{C}\ufffd]*:[^\p{C}\ufffd]*$/u.test(Buffer.from(encoded, 'base64').toString())

/** A value without what looks like a secret, by its name or by its shape; what else is there stays. */
export function redact<T>(value: T): T {
  return withoutSecrets(value) as T
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string')
    return secretShapes
      .reduce((text, shape) => text.replaceAll(shape, secret), value)
      .replaceAll(basic, (encoded) => (isNameAndPassword(encoded) ? secret : encoded))
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value
  // A changed field has its name beside its values.
  const { field } = value as { field?: unknown }
  const isSecretField = typeof field === 'string' && secretName.test(field)
  const members = Object.entries(value).map(([name, member]) => {
    const isSecret =
      secretName.test(name) ||
      ('kty' in value && privateJwkMembers.includes(name)) ||
      (isSecretField && (name === 'before' || name === 'after'))
    return [
      name,
      isSecret && member !== null && member !== undefined ? secret : withoutSecrets(member),
    ]
  })
  return Object.fromEntries(members)
}
