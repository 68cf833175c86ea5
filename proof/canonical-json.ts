/** JSON as bytes that everybody arrives at: RFC 8785 (JSON Canonicalization Scheme). */

/**
 * @param value what JSON can say; members that are undefined are left out
 * @throws TypeError for what it cannot: functions, bigints, numbers that are not finite, half characters
 */
export function canonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`
  if (value !== null && typeof value === 'object') {
    // The order of UTF-16 code units, in which JavaScript compares strings anyway (RFC 8785, section 3.2.3).
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([name, member]) => `${canonicalize(name)}:${canonicalize(member)}`).join(',')}}`
  }
  if (typeof value === 'string' && !value.isWellFormed())
    throw new TypeError('half a character has no canonical form')
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('JSON has finite numbers only')
  const isJson =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  if (!isJson) throw new TypeError(`JSON has no ${typeof value}`)
  // ECMAScript writes numbers and strings as RFC 8785, sections 3.2.2.2 and 3.2.2.3, ask.
  return JSON.stringify(value)
}
