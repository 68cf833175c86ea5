/** The state of one GraphQL request in the gateway (Apollo's context value). */
import type { RequestMetadata, Viewer } from '../platform/auth/viewer.ts'

export interface GatewayContext {
  /**
   * The viewer of the request. A sign-in mutation replaces the viewer with the viewer of the new
   * session.
   */
  viewer: Viewer
  request: RequestMetadata
  /** The time at which authentication started, in milliseconds of `performance.now()`. */
  authenticatedAt: number
  /**
   * Authenticates the request's credentials again, to detect whether access has been revoked since
   * the request started.
   */
  reauthenticate(): Promise<Viewer>
  /** Returns the viewer of a session that a sign-in mutation of this request created. */
  switchViewer(token: string): Promise<Viewer>
  /**
   * Records which fields a technician reads in a mutation's response. Must be called before the
   * fields are read.
   */
  recordStartedMutation?(viewer: Viewer): Promise<void>
}
