/**
 * Collects `activity_log.epoch_opened` events. An `activity_log.epoch_opened` event records that an
 * operator restarted the log in a new epoch.
 */
import type { Fields } from './fields.ts'

export class EpochClaims {
  readonly #opened = new Set<unknown>()

  /** Stores the epoch of a verified `activity_log.epoch_opened` event. Ignores other events. */
  add({ action, outcome }: Fields, changes: Map<unknown, Fields>): void {
    if (action === 'activity_log.epoch_opened' && outcome === 'SUCCEEDED')
      this.#opened.add(changes.get('epoch')?.after)
  }

  isOpened(epoch: number): boolean {
    return this.#opened.has(epoch)
  }
}
