/** `GET /activity/export/{tenantId}`: streams an export to whoever sees the whole of the tenant's log. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, createZstdCompress } from 'node:zlib'
import { type Request, type Response, Router } from 'express'
import { auditedWithProof, recordRefusedSignIn } from '../../../platform/audit/audited.ts'
import {
  type ApiToken,
  type EndedSession,
  isMember,
  type Member,
  type RequestMetadata,
  type Viewer,
} from '../../../platform/auth/viewer.ts'
import { withoutDeadline } from '../../../platform/lib/deadline.ts'
import { denied, isDenial, PublicError } from '../../../platform/lib/errors.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { type Database, isUuid } from '../../../platform/postgres/database.ts'
import type { ActivityExportCompression, ActivityExportFormat } from '../schema.types.ts'
import { describe } from './mutation.ts'
import {
  type Exporter,
  type ExportInput,
  mayStillRead,
  NotToBeExported,
  type Prepared,
  prepare,
  prepared,
} from './prepare.ts'
import { exportLines, NoLongerAllowed } from './stream.ts'

export interface ExportServices {
  db: Database
  log: Log
  factsOf(request: Request): RequestMetadata
  /** Who asks, settled on the way here; of the cookies, the one of this tenant counts. */
  viewerOf(request: Request): Viewer
  /** How long a reader may read nothing. */
  stallMs?: number
}

/** For the permission table and the coverage test: who may, and the row that it leaves. */
export const exportRoutes = {
  'GET /activity/export/:tenantId': {
    who: 'a Global or Spanning Admin, or an API token of the tenant',
    action: 'activity.exported',
  },
} as const

const [maxOfTenant, maxInAll] = [4, 32]

const formats: Record<ActivityExportFormat, { type: string; extension: string }> = {
  NDJSON: { type: 'application/x-ndjson', extension: 'ndjson' },
  CSV: { type: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  OCSF: { type: 'application/x-ndjson', extension: 'ocsf.ndjson' },
}
const compressions: Record<ActivityExportCompression, { type: string | null; extension: string }> =
  {
    NONE: { type: null, extension: '' },
    GZIP: { type: 'application/gzip', extension: '.gz' },
    ZSTD: { type: 'application/zstd', extension: '.zst' },
  }

export function createExportRoutes(services: ExportServices): Router {
  const running = new Map<string, number>()
  const router = Router({ strict: true })

  // It takes as long as its reader does.
  router.get('/activity/export/:tenantId', (request, response) =>
    withoutDeadline(() => answer(request, response)),
  )

  async function answer(request: Request, response: Response): Promise<void> {
    const { tenantId } = request.params as { tenantId: string }
    const facts = services.factsOf(request)
    let exporter: Exporter | null = null
    // Express gives HEAD to whoever serves GET: an export that nobody is to see is none.
    if (request.method === 'HEAD') return void response.set('Allow', 'GET').status(405).end()
    try {
      if (!isUuid(tenantId)) throw denied('FORBIDDEN')
      // A page of somebody else's may send a browser here: it would read nothing, but leave rows. An address that was made for it is sent by us.
      if (
        ['cross-site', 'same-site'].includes(request.get('sec-fetch-site') ?? '') &&
        request.query.export === undefined
      )
        throw denied('FORBIDDEN')
      const viewer = await exporterOf(services, request, tenantId)
      exporter = viewer
      const inAll = [...running.values()].reduce((sum, count) => sum + count, 0)
      const ofTenant = running.get(tenantId) ?? 0
      if (ofTenant >= maxOfTenant || inAll >= maxInAll) {
        response.set('Retry-After', '30')
        throw new PublicError('RATE_LIMITED', 'As many exports as may run at a time are running.')
      }
      running.set(tenantId, ofTenant + 1)
      try {
        await send(services, response, viewer, await begin(services, facts, viewer, request))
      } finally {
        const left = running.get(tenantId)! - 1
        if (left > 0) running.set(tenantId, left)
        else running.delete(tenantId)
      }
    } catch (error) {
      if (response.headersSent) {
        // A file without its last line says that it is not whole; and so does the connection.
        response.destroy()
        if (!(error instanceof NoLongerAllowed) && !isBrokenConnection(error))
          services.log.error({ err: error }, 'an export broke off')
        return
      }
      if (exporter && error instanceof PublicError && error.code !== 'INTERNAL_SERVER_ERROR')
        await recordRefused(services, request, exporter, error.code)
      if (exporter && error instanceof NotToBeExported)
        await recordRefused(services, request, exporter, 'INVALID_VALUE')
      refuse(services, response, error)
    }
  }
  return router
}

/** @throws PublicError, with the attempt in the log where it is known whose it was */
async function exporterOf(
  services: ExportServices,
  request: Request,
  tenantId: string,
): Promise<Exporter> {
  const viewer = services.viewerOf(request)
  if ((viewer.kind === 'admin' || viewer.kind === 'api-token') && viewer.tenantId === tenantId)
    return viewer
  if (isMember(viewer) || viewer.kind === 'api-token' || viewer.kind === 'ended') {
    await recordRefused(
      services,
      request,
      viewer,
      viewer.kind === 'ended' ? viewer.code : 'FORBIDDEN',
    )
  }
  throw denied(
    viewer.kind === 'ended'
      ? viewer.code
      : viewer.kind === 'anonymous'
        ? 'UNAUTHENTICATED'
        : 'FORBIDDEN',
  )
}

/** In the caller's own tenant, wherever it was aimed. */
async function recordRefused(
  { db, factsOf }: ExportServices,
  request: Request,
  viewer: Member | ApiToken | EndedSession,
  reason: string,
) {
  const method = viewer.kind === 'api-token' ? null : viewer.method
  const clientId = 'clientId' in viewer ? viewer.clientId : null
  const target = { type: 'tenant', id: request.params.tenantId as string, displayName: null }
  const act = { action: 'activity.exported', reason, target }
  await recordRefusedSignIn(
    { db, request: factsOf(request) },
    { tenantId: viewer.tenantId, actor: viewer.actor, method, clientId },
    act,
  )
}

/** What is to be sent, once it stands in the log that it is. */
async function begin(
  services: ExportServices,
  request: RequestMetadata,
  viewer: Exporter,
  { query }: Request,
): Promise<Prepared> {
  const { db } = services
  const { tenantId, actor } = viewer
  const [method, sessionId] =
    viewer.kind === 'admin' ? [viewer.method, viewer.sessionId] : [null, undefined]
  const asked = query.export === undefined ? inputOf(query) : null
  const again = query.export === undefined ? null : againOf(query)
  const { export: made } = await auditedWithProof(
    { db, request },
    { tenantId, actor, method, clientId: null },
    { action: 'activity.exported' },
    async (tx) => {
      if (!(await mayStillRead(tx, viewer))) throw denied('UNAUTHENTICATED')
      const known = asked
        ? await prepare(tx, viewer, asked)
        : await prepared(tx, viewer, again!.exportId)
      if (!known) throw notThere()
      const found = again ? goneOnWith(known, again.afterSequence) : known
      return {
        payload: { export: found },
        sessionId,
        target: { type: 'activity_export', id: found.exportId, displayName: describe(found) },
      }
    },
  )
  return made!
}

/** A download that broke off goes on within what was prepared. */
function goneOnWith(made: Prepared, afterSequence: number | null): Prepared {
  if (afterSequence === null) return made
  if (afterSequence < made.afterSequence || afterSequence > made.checkpoint.treeSize)
    throw wrong('`afterSequence` is a number that the export holds.')
  return { ...made, afterSequence }
}

/** @throws PublicError BAD_USER_INPUT */
function againOf({ export: exportId, afterSequence, ...rest }: Request['query']): {
  exportId: string
  afterSequence: number | null
} {
  if (Object.keys(rest).length)
    throw wrong('An export that was prepared knows `export` and `afterSequence`.')
  if (typeof exportId !== 'string' || !isUuid(exportId)) throw notThere()
  return { exportId, afterSequence: afterSequence === undefined ? null : sequenceOf(afterSequence) }
}

const wrong = (message: string) => new PublicError('BAD_USER_INPUT', message)

function sequenceOf(text: unknown): number {
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw wrong('`afterSequence` is a whole number.')
  return Number(text)
}

const notThere = () =>
  new PublicError(
    'BAD_USER_INPUT',
    'There is no such export, or its time has passed: make another.',
  )

/** @throws PublicError BAD_USER_INPUT */
function inputOf({
  format = 'NDJSON',
  compression = 'NONE',
  afterSequence = '0',
  ...rest
}: Request['query']): ExportInput {
  if (Object.keys(rest).length)
    throw wrong('An export by address knows `format`, `compression` and `afterSequence`.')
  if (typeof format !== 'string' || !Object.hasOwn(formats, format))
    throw wrong('`format` is NDJSON, CSV or OCSF.')
  if (typeof compression !== 'string' || !Object.hasOwn(compressions, compression))
    throw wrong('`compression` is NONE, GZIP or ZSTD.')
  return {
    filter: null,
    afterSequence: sequenceOf(afterSequence),
    format: format as ActivityExportFormat,
    compression: compression as ActivityExportCompression,
  }
}

async function send(
  { db, stallMs = 30_000 }: ExportServices,
  response: Response,
  viewer: Exporter,
  made: Prepared,
): Promise<void> {
  const [format, packed] = [formats[made.format], compressions[made.compression]]
  const day = made.checkpoint.createdAt.toISOString().slice(0, 10)
  const lines = exportLines(db, viewer, made)
  // What goes wrong before there is a line is told as any other refusal.
  const begun = await lines.next()
  // Whoever reads nothing for so long holds up others: the socket is closed under them. How long we look for events is not their doing.
  const giveUp = () => void response.destroy()
  async function* all() {
    for (let piece = begun; !piece.done; piece = await lines.next()) {
      const timer = setTimeout(giveUp, stallMs)
      try {
        yield piece.value
      } finally {
        clearTimeout(timer)
      }
    }
    response.setTimeout(stallMs, giveUp)
  }
  response.set({
    'Content-Type': packed.type ?? format.type,
    'Content-Disposition': `attachment; filename="activity-${day}-${made.afterSequence + 1}-${made.checkpoint.treeSize}.${format.extension}${packed.extension}"`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  const text = Readable.from(all(), { highWaterMark: 1 })
  if (made.compression === 'NONE') await pipeline(text, response)
  else
    await pipeline(
      text,
      made.compression === 'GZIP' ? createGzip() : createZstdCompress(),
      response,
    )
}

const isBrokenConnection = (error: unknown) =>
  (error as NodeJS.ErrnoException)?.code === 'ERR_STREAM_PREMATURE_CLOSE'

function refuse({ log }: ExportServices, response: Response, error: unknown): void {
  const [status, code, message] = answerTo(error)
  if (status === 500) log.error({ err: error }, 'an export failed')
  if (status === 503) response.set('Retry-After', '1')
  response.status(status).json({ errors: [{ message, extensions: { code } }] })
}

function answerTo(error: unknown): [status: number, code: string, message: string] {
  if (error instanceof NotToBeExported)
    return error.why === 'early'
      ? [503, 'BAD_USER_INPUT', 'Nothing is sealed yet: ask again in a second.']
      : [400, 'BAD_USER_INPUT', 'The log does not hold so many events.']
  if (!(error instanceof PublicError))
    return [500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']
  const status = isDenial(error)
    ? error.code === 'FORBIDDEN'
      ? 403
      : 401
    : error.code === 'RATE_LIMITED'
      ? 429
      : error.code === 'BAD_USER_INPUT'
        ? 400
        : 503
  return [status, error.code, error.message]
}
