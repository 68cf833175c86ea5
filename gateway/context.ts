/** The state of one GraphQL request in the gateway (Apollo's context value). */
import type { RequestMetadata, Viewer } from '../platform/auth/viewer.ts'

export interface GatewayContext {
  /**
   * The viewer of the request. A sign-in mutation replaces it by the viewer of the new session.
   */
  viewer: Viewer
  request: RequestMetadata
  /** When authentication started, in milliseconds of `performance.now()`. */
  authenticatedAt: number
  /** Authenticates the request's credentials again, against the current state of the database. */
  reauthenticate(): Promise<Viewer>
  /** Returns the viewer of a session that this request has created. */
  switchViewer(token: string): Promise<Viewer>
  /** Records the fields that a technician reads in a mutation's response, before they are read. */
  recordStartedMutation?(viewer: Viewer): Promise<void>
}
