import type { RequestHandler } from 'express'
import { RequestSnapshots, withSnapshots } from '../../platform/postgres/snapshots.ts'

/** Lets the reads of a request share a transaction, which ends with the response at the latest. */
export const shareSnapshots: RequestHandler = (_request, response, next) => {
  const snapshots = new RequestSnapshots()
  response.once('close', () => snapshots.end())
  withSnapshots(snapshots, next)
}
