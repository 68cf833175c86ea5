/** An HTTP client for the `add-checkpoint` call of a witness (https://c2sp.org/tlog-witness). */
import { Agent, request } from 'undici'
import { readBounded } from '../../../platform/http/read-bounded.ts'

/**
 * The witness is unreachable, does not respond within 2 seconds, or responds with an HTTP status of
 * at least 500.
 */
export class WitnessUnavailable extends Error {
  override name = 'WitnessUnavailable'
}

export interface WitnessResponse {
  status: number
  /**
   * The tree size of the witness's last checkpoint. Null unless the content type of the response is
   * `text/x.tlog.size`.
   */
  size: number | null
  text: string
}

export interface WitnessClient {
  /**
   * Submits a checkpoint.
   * @param body the old tree size, the consistency proof and the checkpoint (tlog-witness)
   * @throws WitnessUnavailable when the witness does not respond within 2 seconds, or responds with
   * an HTTP status of at least 500
   */
  addCheckpoint(body: string): Promise<WitnessResponse>
  close(): Promise<void>
}

export const requestTimeoutMs = 2_000
const maxResponseBytes = 16_384

/**
 * Creates the HTTP client for a witness.
 * @param url the witness's URL prefix for submissions, without a slash at the end
 * @param connections the maximum number of connections
 * @param signal aborts the running requests
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
        throw new WitnessUnavailable(
          'The witness is unreachable or did not respond within 2 seconds.',
          {
            cause: error,
          },
        )
      })
      if (response.status >= 500)
        throw new WitnessUnavailable(`The witness responded with HTTP status ${response.status}.`)
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
  // An aborted body emits a second error after `readBounded` has ended. Without this listener, the
  // second error would end the process.
  body.on('error', () => {})
  const text = await readBounded(
    body,
    maxResponseBytes,
    () => new ResponseTooLarge(`The witness's response has more than ${maxResponseBytes} bytes.`),
  )
  const isSize =
    headers['content-type'] === 'text/x.tlog.size' && /^(0|[1-9]\d{0,14})\n?$/.test(text)
  return { status: statusCode, size: isSize ? Number(text) : null, text }
}
