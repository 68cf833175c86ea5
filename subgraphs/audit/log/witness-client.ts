/** HTTP client for a witness: the `add-checkpoint` call of https://c2sp.org/tlog-witness. */
import { Agent, request } from 'undici'
import { readBounded } from '../../../platform/http/read-bounded.ts'

/**
 * The witness cannot be reached, does not answer in time, or answers with a status of 500 or more.
 */
export class WitnessUnavailable extends Error {
  override name = 'WitnessUnavailable'
}

export interface WitnessResponse {
  status: number
  /** The tree size that the witness holds, when the response states it (`text/x.tlog.size`). */
  size: number | null
  text: string
}

export interface WitnessClient {
  /**
   * @param body old size, consistency proof and checkpoint, as tlog-witness defines them
   * @throws WitnessUnavailable when there is no usable answer within 2 seconds
   */
  addCheckpoint(body: string): Promise<WitnessResponse>
  close(): Promise<void>
}

export const requestTimeoutMs = 2_000
const maxResponseBytes = 16_384

/**
 * @param url the witness's submission prefix, without a slash at the end
 * @param signal aborts requests
 */
export function createWitnessClient(
  url: string,
  connections: number,
  signal: AbortSignal,
): WitnessClient {
  const dispatcher = new Agent({ connections })
  return {
    async addCheckpoint(body) {
      const response = await post(
        dispatcher,
        `${url}/add-checkpoint`,
        body,
        AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      ).catch((error: unknown) => {
        if (error instanceof ResponseTooLarge) throw error
        throw new WitnessUnavailable('The witness did not answer within 2 seconds.', {
          cause: error,
        })
      })
      if (response.status >= 500)
        throw new WitnessUnavailable(`The witness answered ${response.status}.`)
      return response
    },
    close: () => dispatcher.destroy(),
  }
}

class ResponseTooLarge extends Error {
  override name = 'ResponseTooLarge'
}

async function post(
  dispatcher: Agent,
  url: string,
  requestBody: string,
  signal: AbortSignal,
): Promise<WitnessResponse> {
  const { statusCode, headers, body } = await request(url, {
    method: 'POST',
    dispatcher,
    body: requestBody,
    signal,
    headers: { 'content-type': 'text/plain' },
  })
  // An aborted body emits the error once more after the loop below; unhandled, it ends the process.
  body.on('error', () => {})
  const text = await readBounded(
    body,
    maxResponseBytes,
    () => new ResponseTooLarge(`The witness answered with more than ${maxResponseBytes} bytes.`),
  )
  const isSize =
    headers['content-type'] === 'text/x.tlog.size' && /^(0|[1-9]\d{0,14})\n?$/.test(text)
  return { status: statusCode, size: isSize ? Number(text) : null, text }
}
