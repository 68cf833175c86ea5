/** `GET /activity/export/{tenantId}`: downloads an export of the tenant's Activity Log. */
import { type Request, type Response, Router } from 'express'
import { auditedWithProof } from '../../../platform/audit/audited.ts'
import { recordRefusedSignIn } from '../../../platform/audit/refusals.ts'
import {
  type ApiToken,
  type EndedSession,
  isMember,
  type Member,
  type RequestMetadata,
  type Viewer,
} from '../../../platform/auth/viewer.ts'
import { bearerChallenge } from '../../../platform/http/bearer-challenge.ts'
import { sendError } from '../../../platform/http/send-error.ts'
import { withoutDeadline } from '../../../platform/lib/deadline.ts'
import { type DenialCode, denied, isDenial, PublicError } from '../../../platform/lib/errors.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { parseUuid } from '../../../platform/lib/uuid.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import {
  canStillExport,
  describeExport,
  ExportUnavailable,
  type ExportViewer,
  findPreparedExport,
  type PreparedExport,
  prepareExport,
} from './prepare.ts'
import { exportNotFound, newExportInput, resumed, resumeFrom } from './request-parameters.ts'
import { sendExport } from './send.ts'
import { AccessRevoked } from './stream.ts'

export interface ExportServices {
  db: Database
  log: Log
  requestMetadata(request: Request): RequestMetadata
  /**
   * Returns the authenticated viewer. When the request has several session cookies, the cookie for
   * the tenant in the path identifies the viewer.
   */
  viewerOf(request: Request): Viewer
  /**
   * The maximum time in milliseconds without progress before the service aborts a download.
   * Default: 30,000.
   */
  idleTimeoutMs?: number
}

/**
 * The permission and the audited action of each route, for docs/permissions.md and the audit
 * coverage test.
 */
export const exportRoutes = {
  'GET /activity/export/:tenantId': {
    who: 'a Global or Spanning Admin, or an API token of the tenant',
    action: 'activity.exported',
  },
} as const

const { action } = exportRoutes['GET /activity/export/:tenantId']

const maxConcurrentPerTenant = 4
const maxConcurrent = 32
const retryAfterSeconds = 30

export function createExportRoutes(services: ExportServices): Router {
  const acquire = createExportSlots()
  const router = Router({ strict: true })

  router
    .route('/activity/export/:tenantId')
    // The request deadline does not apply, because the duration of a download depends on how fast
    // the client reads.
    .get((request, response) => withoutDeadline(() => answer(request, response)))
    .all(refuseMethod)

  async function answer(request: Request, response: Response): Promise<void> {
    // Express calls the GET handler for HEAD requests. The GET handler would record an export.
    if (request.method === 'HEAD') return refuseMethod(request, response)
    let viewer: ExportViewer | null = null
    try {
      const tenantId = tenantIdOf(request)
      assertSameSite(request)
      viewer = await authorizeExport(services, request, tenantId)
      const release = acquire(tenantId)
      try {
        const prepared = await recordExport(services, viewer, request)
        await sendExport(services, response, viewer, prepared)
      } finally {
        release()
      }
    } catch (error) {
      await handleError(services, request, response, viewer, error)
    }
  }
  return router
}

function refuseMethod(_: Request, response: Response): void {
  response.set('Allow', 'GET')
  sendError(response, 405, 'BAD_REQUEST', 'Use GET to download an export.')
}

/**
 * Limits concurrent exports, per tenant and in total. The returned function acquires a slot for a
 * tenant and returns a function that releases the slot.
 */
function createExportSlots(): (tenantId: string) => () => void {
  const running = new Map<string, number>()
  let total = 0
  return (tenantId) => {
    const ofTenant = running.get(tenantId) ?? 0
    if (ofTenant >= maxConcurrentPerTenant || total >= maxConcurrent)
      throw new PublicError(
        'RATE_LIMITED',
        `Too many concurrent exports. Retry in ${retryAfterSeconds} seconds.`,
      )
    running.set(tenantId, ofTenant + 1)
    total++
    return function release() {
      total--
      const left = (running.get(tenantId) ?? 1) - 1
      if (left > 0) running.set(tenantId, left)
      else running.delete(tenantId)
    }
  }
}

function tenantIdOf(request: Request): string {
  const tenantId = parseUuid(request.params.tenantId)
  if (tenantId === null) throw denied('FORBIDDEN')
  return tenantId
}

/**
 * Rejects cross-site requests, because another site could otherwise cause exports to be recorded
 * for the viewer. Links to prepared exports are allowed, because another site cannot know the
 * export ID.
 */
function assertSameSite(request: Request): void {
  const site = request.get('sec-fetch-site') ?? ''
  if (['cross-site', 'same-site'].includes(site) && request.query.export === undefined)
    throw denied('FORBIDDEN')
}

/**
 * Returns the viewer if the viewer is an admin or an API token of the tenant.
 * @throws FORBIDDEN, UNAUTHENTICATED or the reason why the session ended. Records the denial,
 * except for anonymous viewers and partner clients.
 */
async function authorizeExport(
  services: ExportServices,
  request: Request,
  tenantId: string,
): Promise<ExportViewer> {
  const viewer = services.viewerOf(request)
  if ((viewer.kind === 'admin' || viewer.kind === 'api-token') && viewer.tenantId === tenantId)
    return viewer
  const code = denialOf(viewer)
  if (isMember(viewer) || viewer.kind === 'api-token' || viewer.kind === 'ended')
    await recordDenied(services, request, viewer, code)
  throw denied(code)
}

function denialOf(viewer: Viewer): DenialCode {
  if (viewer.kind === 'ended') return viewer.code
  return viewer.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
}

/** Records a refused export in the viewer's own tenant, even when another tenant was requested. */
async function recordDenied(
  { db, requestMetadata }: ExportServices,
  request: Request,
  viewer: Member | ApiToken | EndedSession,
  reason: string,
): Promise<void> {
  const method = viewer.kind === 'api-token' ? null : viewer.method
  const clientId = 'clientId' in viewer ? viewer.clientId : null
  const target = { type: 'tenant', id: tenantIdOf(request), displayName: null }
  await recordRefusedSignIn(
    { db, request: requestMetadata(request) },
    { tenantId: viewer.tenantId, actor: viewer.actor, method, clientId },
    { action, reason, target },
  )
}

/**
 * Prepares a new export or loads a prepared export. Records the export before the download starts.
 */
async function recordExport(
  { db, requestMetadata }: ExportServices,
  viewer: ExportViewer,
  request: Request,
): Promise<PreparedExport> {
  const { query } = request
  const { tenantId, actor } = viewer
  const isAdmin = viewer.kind === 'admin'
  const resume = query.export === undefined ? null : resumeFrom(query)
  const input = resume ? null : newExportInput(query)
  const { prepared } = await auditedWithProof(
    { db, request: requestMetadata(request) },
    { tenantId, actor, method: isAdmin ? viewer.method : null, clientId: null },
    { action },
    async (tx) => {
      if (!(await canStillExport(tx, viewer))) throw denied('UNAUTHENTICATED')
      const found = input
        ? await prepareExport(tx, viewer, input)
        : resume && (await findPreparedExport(tx, viewer, resume.exportId))
      if (!found) throw exportNotFound()
      const exported = resumed(found, resume?.afterSequence ?? null)
      return {
        payload: { prepared: exported },
        sessionId: isAdmin ? viewer.sessionId : undefined,
        target: {
          type: 'activity_export',
          id: exported.exportId,
          displayName: describeExport(exported),
        },
      }
    },
  )
  if (!prepared) throw new Error('The export was recorded, but the prepared export is missing.')
  return prepared
}

async function handleError(
  services: ExportServices,
  request: Request,
  response: Response,
  viewer: ExportViewer | null,
  error: unknown,
): Promise<void> {
  if (response.headersSent) {
    // The connection reset and the missing manifest show the client that the file is truncated.
    response.destroy()
    if (!(error instanceof AccessRevoked) && !isPrematureClose(error))
      services.log.error(
        { err: error },
        'An export failed during the download. The client received a truncated file.',
      )
    return
  }
  if (viewer && error instanceof PublicError && error.code !== 'INTERNAL_SERVER_ERROR')
    await recordDenied(services, request, viewer, error.code)
  if (viewer && error instanceof ExportUnavailable)
    await recordDenied(services, request, viewer, 'INVALID_VALUE')
  sendExportError(services, request, response, error)
}

/** Returns whether the client closed the connection before the end of the download. */
const isPrematureClose = (error: unknown) =>
  (error as NodeJS.ErrnoException)?.code === 'ERR_STREAM_PREMATURE_CLOSE'

/** Sends the error in the format of a GraphQL error response. */
function sendExportError(
  { log }: ExportServices,
  request: Request,
  response: Response,
  error: unknown,
): void {
  const { status, code, message, retryAfter } = httpErrorOf(error)
  if (status === 500) log.error({ err: error }, 'An export failed because of an internal error.')
  if (status === 401) response.set('WWW-Authenticate', bearerChallenge(request))
  if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter))
  response.status(status).json({ errors: [{ message, extensions: { code } }] })
}

function httpErrorOf(error: unknown): {
  status: number
  code: string
  message: string
  retryAfter?: number
} {
  if (error instanceof ExportUnavailable) {
    const { message } = error
    return error.reason === 'NOTHING_SEALED'
      ? { status: 503, code: 'BAD_USER_INPUT', message, retryAfter: 1 }
      : { status: 400, code: 'BAD_USER_INPUT', message }
  }
  if (!(error instanceof PublicError))
    return {
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      message: 'The export failed because of an internal error. Retry later.',
    }
  const { code, message } = error
  if (isDenial(error)) return { status: code === 'FORBIDDEN' ? 403 : 401, code, message }
  if (code === 'RATE_LIMITED') return { status: 429, code, message, retryAfter: retryAfterSeconds }
  if (code === 'BAD_USER_INPUT') return { status: 400, code, message }
  return { status: 503, code, message, retryAfter: 1 }
}
