/**
 * Canonical JSON (RFC 8785, JSON Canonicalization Scheme): each JSON value has exactly one text
 * representation.
 */

/**
 * Returns a JSON value in its canonical form. Members whose value is undefined are omitted.
 * @throws TypeError when a value is a function, a bigint, not finite, or has a lone surrogate
 */
export function canonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`
  if (value !== null && typeof value === 'object') {
    // RFC 8785 §3.2.3 requires members in the order of UTF-16 code units, as JavaScript sorts them.
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([name, member]) => `${canonicalize(name)}:${canonicalize(member)}`).join(',')}}`
  }
  if (typeof value === 'string' && !value.isWellFormed())
    throw new TypeError('A string in canonical JSON must not contain a lone surrogate.')
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('A number in JSON must be finite.')
  const isJson =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  if (!isJson) throw new TypeError(`JSON cannot contain a value of type ${typeof value}.`)
  // JSON.stringify writes numbers and strings as RFC 8785 §3.2.2.2 and §3.2.2.3 require.
  return JSON.stringify(value)
}
