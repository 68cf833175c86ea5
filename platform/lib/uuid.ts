const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Reports whether a text is a UUID in lower case (RFC 9562 §4), the only format in which this
 * service creates ids.
 */
export const isUuid = (text: string): boolean => uuidPattern.test(text)
