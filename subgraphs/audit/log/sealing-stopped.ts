/**
 * Sealing of one tenant's log has stopped until an operator acts. The service still records events.
 */
export class SealingStopped extends Error {
  override name = 'SealingStopped'
  /** The reason code that is recorded in the operators' log. */
  readonly code: 'ANCHOR_AHEAD' | 'EPOCH_NOT_OPENED' | 'FALSE_EXPIRY'
  constructor(code: SealingStopped['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** The stored tree contradicts an anchor, the witness or the database's own last checkpoint. */
export class AnchorAhead extends SealingStopped {
  override name = 'AnchorAhead'
  constructor(message: string) {
    super('ANCHOR_AHEAD', message)
  }
}
