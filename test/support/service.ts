/**
 * Starts the service of a world in this process, in this process with HTTP between gateway and
 * subgraphs, or as separate processes.
 */
import { createPrivateKey } from 'node:crypto'
import type { Config, Part } from '../../gateway/config.ts'
import { type Listener, listen } from '../../gateway/http-listener.ts'
import { type Service, type ServiceOptions, startService } from '../../gateway/service.ts'
import { formatVerifierKey } from '../../proof/signed-note.ts'
import { createSigner } from '../../subgraphs/audit/log/signer.ts'
import type { TestDatabase } from './database.ts'
import { overJson } from './json-transport.ts'
import { type Parts, startParts } from './parts.ts'

/**
 * How the gateway calls the subgraphs: as functions, as functions with JSON serialisation, or over
 * HTTP.
 */
export type Transport = 'direct' | 'json' | 'http'
export const transport = (process.env.SUBGRAPHS ?? 'json') as Transport

/**
 * Starts the service on this port. The environment variables contain the complete configuration.
 */
export type Serve = (
  env: Record<string, string>,
  port: number,
  keys: KeyPair,
) => Promise<Pick<Service, 'stop'>[]>

/** The Ed25519 key pair of the gateway and of the Activity Log, in PEM format. */
export interface KeyPair {
  publicKey: string
  privateKey: string
}

export interface StartOptions extends Omit<ServiceOptions, 'config' | 'listener' | 'sealing'> {
  config: Config
  keys: KeyPair
  sealing: NonNullable<ServiceOptions['sealing']>
  /** The configuration of separate processes, as environment variables. */
  environment: Record<string, string>
  /**
   * Starts the gateway and each subgraph as separate processes, with these additional environment
   * variables per process.
   */
  processes?: Partial<Record<Part, Record<string, string>>>
  serve?: Serve
}

/** Returns the started services in the order of their start. */
export async function startServices(
  listener: Listener,
  { config, keys, sealing, environment, processes, serve, ...common }: StartOptions,
): Promise<{ services: Pick<Service, 'stop'>[]; parts: Parts | null }> {
  if (processes) {
    listener.server.close()
    const parts = await startParts(environment, listener.port, processes)
    const stop = async () => {
      await Promise.all(Object.values(parts).map((part) => part.stop()))
    }
    return { services: [{ stop }], parts }
  }
  if (serve) {
    await new Promise((resolve) => listener.server.close(resolve))
    return { services: await serve(environment, listener.port, keys), parts: null }
  }
  if (transport === 'http')
    return {
      services: await startOverHttp(listener, { config, keys, sealing, ...common }),
      parts: null,
    }
  const service = await startService({
    ...common,
    ...(transport === 'json' && { wrapSubgraph: overJson }),
    sealing,
    config,
    listener,
  })
  return { services: [service], parts: null }
}

async function startOverHttp(
  listener: Listener,
  { config, keys, sealing, ...common }: Omit<StartOptions, 'environment' | 'processes' | 'serve'>,
): Promise<Pick<Service, 'stop'>[]> {
  const services: Pick<Service, 'stop'>[] = []
  const urls: Record<string, string> = {}
  for (const only of ['tenants', 'identity', 'audit'] as const) {
    const service = await startService({
      ...common,
      sealing: only === 'audit' ? sealing : null,
      config: {
        ...config,
        only,
        PUBLIC_URL: listener.publicUrl,
        GATEWAY_PUBLIC_KEYS: [keys.publicKey],
      },
      listener: { ...(await listen(config)), publicUrl: listener.publicUrl },
    })
    services.push(service)
    urls[`${only.toUpperCase()}_URL`] = `http://127.0.0.1:${service.port}`
  }
  const logKey = formatVerifierKey(
    createSigner(`${new URL(listener.publicUrl).host}/activity`, createPrivateKey(keys.privateKey)),
  )
  const gateway: Config = {
    ...config,
    ...urls,
    only: 'gateway',
    GATEWAY_PRIVATE_KEY: keys.privateKey,
    ACTIVITY_LOG_VERIFIER_KEYS: [logKey],
  }
  return [...services, await startService({ ...common, sealing: null, config: gateway, listener })]
}

/** Returns the environment variables for a world's processes. */
export const environmentOf = (
  base: Record<string, string>,
  keys: KeyPair,
  publicUrl: string,
  { at, name }: TestDatabase,
  authority: string,
): Record<string, string> => ({
  ...base,
  DEMO: '',
  DATABASE_URL: `postgres://postgres@localhost/${name}?host=${encodeURIComponent('socketDir' in at ? at.socketDir : '')}`,
  PUBLIC_URL: publicUrl,
  STATE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
  MICROSOFT_AUTHORITY: authority,
  GATEWAY_PUBLIC_KEYS: keys.publicKey,
  GATEWAY_PRIVATE_KEY: keys.privateKey,
  ACTIVITY_LOG_SIGNING_KEY: keys.privateKey,
})
