/** The query that parseFilter returns and that the searches of this folder take. */
import type { SQL } from 'drizzle-orm'

/** A validated filter, restricted to the events that the viewer may read. */
export interface EventQuery {
  /** RFC 3339, inclusive. */
  since: string | null
  /** RFC 3339, exclusive. */
  until: string | null
  sessionId: string | null
  /** A `tsquery` that the words of the event must match. Null: the text is not filtered. */
  text: SQL | null
  /**
   * Selects sealed events by facet, or by kind when no actor is given. Null: selects all events.
   */
  facetFilter: FacetFilter | null
  /** Selects the facets with an actor, by which sealed events are counted. */
  facetCondition: SQL | undefined
  /** Selects unsealed events. Includes the time, the session and the text. */
  unsealedCondition: SQL | undefined
  /** True when no event can match; the database need not be asked. */
  matchesNothing: boolean
}

/** Restricts which events may be read, whatever the filter asks for. */
export interface Visibility {
  /**
   * Excludes events of technicians of other partner instances (client ID). Null: no restriction.
   */
  partnerClientId: string | null
  /** Includes only actions of technicians of this partner instance (client ID). */
  techniciansOfInstance?: string
}

export interface FacetFilter {
  column: 'facet_id' | 'kind_id'
  /** A condition on audit.facet. */
  where: SQL
}
