const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Whether the text is a UUID in lower case (RFC 9562 §4). This service creates ids only in this
 * format.
 */
export const isUuid = (text: string): boolean => uuidPattern.test(text)
