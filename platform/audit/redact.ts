/**
 * Removes secrets from rows before they are inserted, in case other code puts a secret into a row
 * by mistake.
 */

const secret = '(secret)'

/** The names of object members that contain secrets. */
const secretName =
  /(?:secret|password|passwd|passphrase|token|credential|authorization|cookie|assertion|(?:private|secret|api)[_-]?key|code[_-]?verifier)s?$/i
/** The private members of a JWK (RFC 7518 §6). */
const privateJwkMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * The patterns of secrets in text, in this order: tokens of this service (`{tenantId}.{secret}`,
 * also percent-encoded in URLs), JWTs, private keys in PEM, and values after the name of a secret
 * (`password=…`, `"client_secret":"…"`, `?code=…`).
 */
const secretShapes = [
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.|%2e)[\w-]{43}(?![\w-])/gi,
  /\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*/g,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  /(?<=(?:secret|password|passwd|passphrase|pwd|token|assertion|(?:private|secret|api)[_-]?key|code[_-]?verifier|[?&#]code)(?:=|"\s*:\s*"))[^\s"&#]+/gi,
]

/**
 * The word after "Bearer" (RFC 6750 §2.1). It is a credential in an Authorization header, or if it
 * looks random. Otherwise "bearer" is a word of a sentence.
 */
const bearer = /(?<=\bBearer\s+)[\w.~+/=-]+/gi
const endsWithHeader = /\bauthorization["']?\s*[:=]\s*["']?Bearer\s+$/i
const headerLength = 40
const isBearerToken = (word: string, offset: number, text: string) =>
  endsWithHeader.test(text.slice(Math.max(0, offset - headerLength), offset)) ||
  word
    .split(/[.=/-]/)
    .some(
      (part) => part.length >= 20 || (part.length >= 8 && /\d/.test(part) && /[a-z]/i.test(part)),
    )

/**
 * Basic credentials (RFC 7617): base64 of `name:password`. Other words after "Basic" are not
 * secrets.
 */
const basic = /(?<=\bBasic\s+)[A-Za-z0-9+/_-]{4,}={0,2}/gi
const isNameAndPassword = (encoded: string) =>
  /^[^\p{C}\ufffd]*:[^\p{C}\ufffd]*$/u.test(Buffer.from(encoded, 'base64').toString())

/**
 * Returns a copy of the value without secrets. Secrets are recognized by the name of their member
 * or by a pattern.
 */
export function redact<T>(value: T): T {
  return withoutSecrets(value) as T
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string')
    return secretShapes
      .reduce((text, shape) => text.replaceAll(shape, secret), value)
      .replaceAll(bearer, (word, offset: number, text: string) =>
        isBearerToken(word, offset, text) ? secret : word,
      )
      .replaceAll(basic, (encoded) => (isNameAndPassword(encoded) ? secret : encoded))
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value
  // In a field change, the name of the field is a separate member: `{ field: 'password', before,
  // after }`.
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
