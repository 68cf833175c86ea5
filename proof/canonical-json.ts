/** Canonical JSON (RFC 8785, JSON Canonicalization Scheme): one spelling for each value. */

/**
 * Returns a JSON value in its canonical form. Object members that are undefined are left out.
 * @throws TypeError for functions, bigints, numbers that are not finite and lone surrogates
 */
export function canonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`
  if (value !== null && typeof value === 'object') {
    // RFC 8785 §3.2.3 sorts by UTF-16 code units, which is how JavaScript compares strings.
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([name, member]) => `${canonicalize(name)}:${canonicalize(member)}`).join(',')}}`
  }
  if (typeof value === 'string' && !value.isWellFormed())
    throw new TypeError('Canonical JSON cannot hold a string with a lone surrogate.')
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('A number in JSON must be finite.')
  const isJson =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  if (!isJson) throw new TypeError(`JSON cannot hold a value of type ${typeof value}.`)
  // JSON.stringify writes numbers and strings as RFC 8785 §3.2.2.2 and §3.2.2.3 require.
  return JSON.stringify(value)
}
