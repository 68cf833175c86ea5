/** A tenant's log is not sealed any further until an operator acts. Events are still accepted. */
export class SealingStopped extends Error {
  override name = 'SealingStopped'
  /** The reason in the operators' log. */
  readonly code: 'ANCHOR_AHEAD' | 'EPOCH_NOT_OPENED' | 'FALSE_EXPIRY'
  constructor(code: SealingStopped['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** The database contradicts a checkpoint that is kept outside of it, or its own last checkpoint. */
export class AnchorAhead extends SealingStopped {
  override name = 'AnchorAhead'
  constructor(message: string) {
    super('ANCHOR_AHEAD', message)
  }
}
