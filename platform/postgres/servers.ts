/** Opens postgres.js clients for a database target, with the role of that database target. */
import postgres from 'postgres'
import { ConnectionLost } from './errors.ts'

/** The address of a database, and the role to use in it. */
export interface DatabaseTarget {
  /**
   * A `postgres://` URL, or the folder of a Unix socket with a database name. Both formats can
   * contain several servers; see `serversOf`.
   */
  at: { url: string } | { socketDir: string; database: string; user: string }
  /**
   * The role that each connection assumes. If absent, connections use the login role, which is
   * intended for migrations only.
   */
  role?:
    | 'it_complete_app'
    | 'it_complete_operator'
    | 'it_complete_sealer'
    | 'it_complete_maintenance'
}

/**
 * Returns one target per server. As in libpq, a URL can contain several servers, separated by
 * commas. The servers can be hosts (`postgres://a,b/db`) or socket folders in `?host=`.
 */
export function serversOf({ at, role }: DatabaseTarget): DatabaseTarget[] {
  if ('socketDir' in at)
    return at.socketDir.split(',').map((socketDir) => ({ at: { ...at, socketDir }, role }))
  const [, before = '', hosts = '', after = ''] =
    /^(\w+:\/\/(?:[^@/?]*@)?)([^/?]*)(.*)$/s.exec(at.url) ?? []
  return hosts.split(',').flatMap((host) => {
    if (!URL.canParse(before + host + after)) return { at, role }
    const url = new URL(before + host + after)
    const folders = url.searchParams.get('host')?.split(',') ?? [null]
    return folders.map((folder) => {
      if (folder !== null) url.searchParams.set('host', folder)
      return { at: { url: url.href }, role }
    })
  })
}

type ClientOptions = postgres.Options<Record<string, never>>

/** Opens a client with one connection. */
export function openClient(target: DatabaseTarget, options: ClientOptions = {}): postgres.Sql {
  const common = {
    max: 1,
    fetch_types: false,
    max_lifetime: null,
    onnotice: () => {},
    ...options,
  } as ClientOptions
  if (target.role) common.connection = { ...options.connection, role: target.role }
  if ('socketDir' in target.at)
    return postgres({
      host: target.at.socketDir,
      port: 5432,
      database: target.at.database,
      user: target.at.user,
      ...common,
    })
  // In libpq, `?host=/folder` selects a Unix socket. The parameter is removed here, because
  // postgres.js would send it to the server as a setting.
  const url = new URL(target.at.url)
  const socketDir = url.searchParams.get('host')
  url.searchParams.delete('host')
  return postgres(url.href, { ...common, ...(socketDir && { host: socketDir }) })
}

const connectTimeoutSeconds = 5

/**
 * Opens a client to the primary server of the target, for commands that run once. Each server has 6
 * seconds to answer.
 * @throws the error of the last server, when no server accepts writes
 */
export async function openPrimary(target: DatabaseTarget): Promise<postgres.Sql> {
  let reason: unknown
  for (const server of serversOf(target)) {
    const sql = openClient(server, { connect_timeout: connectTimeoutSeconds })
    try {
      await requirePrimaryInTime(sql)
      return sql
    } catch (error) {
      reason = error
      void sql.end({ timeout: 1 })
    }
  }
  throw reason
}

/**
 * postgres.js reconnects without end, and restarts its own timeout, when a server closes each
 * connection before the login, as a load balancer without a database behind it does.
 */
async function requirePrimaryInTime(sql: postgres.Sql): Promise<void> {
  const late = 'The server did not complete the login in time. Check the host and the port.'
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    const timeoutMs = (connectTimeoutSeconds + 1) * 1000
    timer = setTimeout(() => reject(new ConnectionLost(late)), timeoutMs)
  })
  await Promise.race([requirePrimary(sql), timeout]).finally(() => clearTimeout(timer))
}

/**
 * Checks that the server is the primary. A standby must not be used, because its data may be
 * seconds old.
 * @throws ConnectionLost when the server is a standby
 */
export async function requirePrimary(sql: postgres.Sql): Promise<void> {
  const [row] = await sql.unsafe('select pg_is_in_recovery() as is_standby').simple()
  if (row?.is_standby !== 'f' && row?.is_standby !== false)
    throw new ConnectionLost('The database server is a standby and does not accept writes.')
}
