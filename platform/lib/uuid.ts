const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Reports whether a text is a UUID in lower case (RFC 9562 §4), the only form in which this service
 * issues ids.
 */
export const isUuid = (text: string): boolean => uuidPattern.test(text)
