/** Why a security event is refused: `err` is an error code of RFC 8935 §2.4. */
export interface RefusedEvent {
  err:
    | 'invalid_request'
    | 'invalid_key'
    | 'invalid_issuer'
    | 'invalid_audience'
    | 'authentication_failed'
  description: string
}

/** Thrown by the checks. Its message goes to the partner: what was wrong and what is right. */
export class EventRefused extends Error {
  override name = 'EventRefused'
  readonly err: RefusedEvent['err']
  constructor(err: RefusedEvent['err'], description: string) {
    super(description)
    this.err = err
  }
}
