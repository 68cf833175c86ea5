import type { Request } from 'express'

/**
 * Returns the `WWW-Authenticate` header of a response with status 401 (RFC 9110 §15.5.2). The
 * header says that a token is invalid only if the request contained one (RFC 6750 §3.1).
 */
export const bearerChallenge = ({ headers }: Pick<Request, 'headers'>): string =>
  `Bearer realm="IT Complete"${headers.authorization ? ', error="invalid_token"' : ''}`
