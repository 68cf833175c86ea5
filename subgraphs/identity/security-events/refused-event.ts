/** The reason why a security event was refused. `err` is an error code of RFC 8935 §2.4. */
export interface RefusedEvent {
  err:
    | 'invalid_request'
    | 'invalid_key'
    | 'invalid_issuer'
    | 'invalid_audience'
    | 'authentication_failed'
  description: string
}

/**
 * The error that a failed check of a security event throws. The partner receives the message, which
 * must say what was wrong or what is required.
 */
export class EventRefused extends Error {
  override name = 'EventRefused'
  readonly err: RefusedEvent['err']
  constructor(err: RefusedEvent['err'], description: string) {
    super(description)
    this.err = err
  }
}
