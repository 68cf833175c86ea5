/** The query that `parseFilter` returns and that the search functions of this folder accept. */
import type { SQL } from 'drizzle-orm'

/** A validated filter, restricted to the events that the viewer may read. */
export interface EventQuery {
  /** RFC 3339, inclusive. */
  since: string | null
  /** RFC 3339, exclusive. */
  until: string | null
  sessionId: string | null
  /** A `tsquery` that the words of the event must match. Null when the text is not filtered. */
  text: SQL | null
  /**
   * Selects sealed events by facet, or by kind when no actor is given. Null when all events are
   * selected.
   */
  facetFilter: FacetFilter | null
  /** Selects the facets that have an actor. Sealed events are counted by these facets. */
  facetCondition: SQL | undefined
  /** Selects unsealed events. It includes the conditions on the time, the session and the text. */
  unsealedCondition: SQL | undefined
  /** True when no event can match, so that no database query is needed. */
  matchesNothing: boolean
}

/** Restricts which events the viewer may read, in addition to the filter. */
export interface Visibility {
  /**
   * The client ID of a partner instance. Excludes events of technicians of other instances; null
   * means no restriction.
   */
  partnerClientId: string | null
  /** The client ID of a partner instance. Includes only actions of its technicians. */
  techniciansOfInstance?: string
}

export interface FacetFilter {
  column: 'facet_id' | 'kind_id'
  /** A condition on audit.facet. */
  where: SQL
}
