import type { IRouter, RequestHandler } from 'express'
import { sendError } from './send-error.ts'

/** The members of Express's layers that this file reads. */
interface Layer {
  match(path: string): boolean
  route?: { methods: Record<string, boolean> }
  handle: { stack?: Layer[] }
}

/**
 * Responds with 405 and `Allow` to requests whose path has a route for another method (RFC 9110
 * §15.5.6). Use this handler after all routes.
 */
export const methodNotAllowed =
  (router: IRouter): RequestHandler =>
  (request, response, next) => {
    const methods = new Set(methodsOf(router.stack as unknown as Layer[], request.path))
    // Express calls the handler of GET for HEAD.
    if (methods.has('GET')) methods.add('HEAD')
    if (methods.size === 0 || methods.has(request.method)) return next()
    const allowed = [...methods].join(', ')
    response.set('Allow', allowed)
    sendError(response, 405, 'BAD_REQUEST', `Use one of these methods: ${allowed}.`)
  }

const methodsOf = (layers: Layer[], path: string): string[] =>
  layers.flatMap((layer) => {
    if (layer.handle.stack) return methodsOf(layer.handle.stack, path)
    if (!layer.route || !layer.match(path)) return []
    return Object.keys(layer.route.methods).map((method) => method.toUpperCase())
  })
