/** The query type that `parseFilter` returns and the search functions of this folder accept. */
import type { SQL } from 'drizzle-orm'

/** A validated filter, restricted to the events that the viewer may read. */
export interface EventQuery {
  /** RFC 3339, inclusive. */
  since: string | null
  /** RFC 3339, exclusive. */
  until: string | null
  sessionId: string | null
  /** A `tsquery` that the words of the event must match. Null when the filter has no text. */
  text: SQL | null
  /**
   * The SQL condition that selects sealed events: by facet, or by kind when the filter has no actor
   * (see docs/glossary.md). Null when all sealed events match.
   */
  facetFilter: FacetFilter | null
  /** Selects the facets for counting sealed events. Includes only facets with an actor. */
  facetCondition: SQL | undefined
  /** Selects unsealed events. Includes the conditions on time, session and text. */
  unsealedCondition: SQL | undefined
  /** True when no event can match, so that no database query is needed. */
  matchesNothing: boolean
}

/** Restricts the events that the viewer may read, in addition to the filter. */
export interface Visibility {
  /**
   * The client ID of a partner instance. Excludes events of technicians of other instances; null
   * means no restriction.
   */
  partnerClientId: string | null
  /** The client ID of a partner instance. Includes only actions of technicians of this instance. */
  techniciansOfInstance?: string
}

export interface FacetFilter {
  column: 'facet_id' | 'kind_id'
  /** A condition on audit.facet. */
  where: SQL
}
