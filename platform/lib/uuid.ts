const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether the text is a UUID in lower case, the only form in which this service uses UUIDs. */
export const isUuid = (text: string): boolean => uuidPattern.test(text)

/**
 * Parses a UUID that comes from outside. RFC 9562 §4 requires readers to accept upper case.
 * @returns the UUID in lower case, or null if the value is not a UUID
 */
export function parseUuid(value: unknown): string | null {
  const uuid = typeof value === 'string' ? value.toLowerCase() : ''
  return isUuid(uuid) ? uuid : null
}
