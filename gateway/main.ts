/**
 * Starts the service. `node gateway/main.ts` runs the gateway and all subgraphs in one process.
 * With `--only=gateway|tenants|identity|audit`, the process serves only this part, over HTTP.
 *
 * Exit code 0: the service stopped after SIGTERM or SIGINT. Exit code 1: the service could not
 * start, did not stop within 4.8 seconds, or received a second signal.
 */
import { join } from 'node:path'
import { ConfigurationError, loadEnvFile } from '../platform/config.ts'
import { createLog } from '../platform/lib/log.ts'
import { ownLogKey, ownStateEncryptionKey } from '../platform/postgres/database-target.ts'
import { UnusableDatabase } from '../platform/postgres/errors.ts'
import { readArguments, usage } from './arguments.ts'
import { banner } from './banner.ts'
import { type Config, readConfig, renameWarnings } from './config.ts'
import { type Databases, openDatabases } from './databases.ts'
import { listen, StartupError } from './http-listener.ts'
import { startService } from './service.ts'

/**
 * The time limit for stopping. Process managers usually kill a process 5 seconds or more after
 * SIGTERM.
 */
const stopWithinMs = 4_800

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) return console.log(usage)
  loadEnvFile()
  const config = readConfig(process.env, options.only)
  const log = createLog(config.LOG_LEVEL)
  for (const warning of renameWarnings(process.env)) log.warn(warning)

  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const stop of stops.reverse())
      await stop().catch((error: unknown) =>
        log.error({ err: error }, 'A component of the service could not be stopped.'),
      )
  }
  let drain = async () => {}
  const stopOn = (signal: 'SIGINT' | 'SIGTERM', before: () => Promise<void>) =>
    process.once(signal, () => {
      process.once(signal, () => process.exit(1))
      setTimeout(() => {
        log.error(`The service did not stop within ${stopWithinMs} ms.`)
        process.exit(1)
      }, stopWithinMs).unref()
      void before()
        .then(stopAll)
        .then(() => process.exit(0))
    })
  stopOn('SIGINT', async () => {})
  stopOn('SIGTERM', () => drain())
  exitWithParent(() => stopAll().finally(() => process.exit(1)))

  try {
    const startDemo = config.DEMO ? await importDemo() : null
    const databases = await openDatabases(config, log, (close) => stops.push(close))
    const listener = await listen(config)
    stops.push(listener.close)
    drain = () => listener.drain(config.DRAIN_MS)
    const demo = startDemo
      ? await startDemo({
          ...listener,
          dataDir: config.DATA_DIR,
          owner: databases.owner,
          log,
        })
      : null
    if (demo) stops.push(demo.stop)
    const service = await startService({
      config,
      listener,
      log,
      db: databases.service,
      countsDb: databases.rateLimits,
      retentionDb: databases.retention,
      sealing: await sequencingOptions(config, databases),
      transactionKey: config.STATE_ENCRYPTION_KEY
        ? Buffer.from(config.STATE_ENCRYPTION_KEY, 'base64url')
        : await ownStateEncryptionKey(config.DATA_DIR),
      ...(demo && { demo: demo.forConsole }),
      microsoft: demo?.microsoft ?? {
        authority: config.MICROSOFT_AUTHORITY,
        clientId: config.MICROSOFT_CLIENT_ID ?? '',
        clientSecret: config.MICROSOFT_CLIENT_SECRET ?? '',
      },
    })
    stops.push(service.stop)
    console.log([...banner(config, service), ...(demo?.summary ?? [])].join('\n'))
  } catch (error) {
    await stopAll()
    throw error
  }
}

/**
 * Loads the demo, which needs development dependencies.
 * @throws StartupError when they are not installed
 */
async function importDemo() {
  try {
    return (await import('../demo/demo.ts')).startDemo
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new StartupError(
      'The demo needs the development dependencies, which are not installed. Run `npm ci` to install them, or set DATABASE_URL to run the service without the demo.',
      { cause: error },
    )
  }
}

const sequencingOptions = async (config: Config, { sequencer }: Databases) =>
  sequencer && {
    db: sequencer,
    privateKey: config.ACTIVITY_LOG_SIGNING_KEY ?? (await ownLogKey(config.DATA_DIR)),
    anchorDir: config.CHECKPOINT_DIR ?? join(config.DATA_DIR, 'anchors'),
  }

/**
 * Exits when the parent process npm has ended. npm forwards SIGTERM but cannot forward SIGKILL.
 * Without this function, the service would keep running after a SIGKILL of npm.
 */
function exitWithParent(exit: () => void): void {
  if (process.env.npm_lifecycle_event !== 'start') return
  const parent = process.ppid
  const check = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(check)
    exit()
  }, 500).unref()
}

await main().catch((error: unknown) => {
  const isExpected =
    error instanceof ConfigurationError ||
    error instanceof UnusableDatabase ||
    error instanceof StartupError
  if (isExpected) console.error(error.message)
  else console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exit(1)
})
