/**
 * The limit: a bare HTTP server that answers the settings page from one SQL statement written by
 * hand, which also checks the session. It reads the database of a running service in DATA_DIR, and
 * prints its URL.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseToken } from '../../platform/auth/tokens.ts'
import { openDatabaseTarget } from '../../platform/postgres/database-target.ts'
import { openClient } from '../../platform/postgres/servers.ts'

const { owner } = await openDatabaseTarget({ DATA_DIR: process.env.DATA_DIR! }, 'use')
const sql = openClient(owner, { max: 10 })

const iso = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const text = `
select json_build_object('data', json_build_object(
  'viewer', json_build_object(
    'actor', json_build_object('displayName', s.actor ->> 'displayName'),
    'permissions', array['READ_TENANT', 'READ_ACTIVITY', 'UPDATE_SETTINGS', 'DISABLE_IT_COMPLETE_LOGIN', 'MANAGE_NOTIFICATIONS', 'ENABLE_IT_COMPLETE_LOGIN', 'MANAGE_SPANNING_ADMINS', 'MANAGE_PARTNER_ASSOCIATIONS', 'MANAGE_SESSIONS', 'MANAGE_API_TOKENS']),
  'tenant', json_build_object(
    'id', t.tenant_id, 'name', t.name, 'primaryDomain', t.primary_domain,
    'settings', json_build_object(
      'version', g.version,
      'services', json_build_object('mail', g.mail, 'calendar', g.calendar, 'contacts', g.contacts, 'oneDrive', g.one_drive, 'sharePoint', g.share_point, 'teams', g.teams),
      'notifications', json_build_object('recipients', g.recipients, 'frequency', g.frequency),
      'itCompleteLogin', json_build_object(
        'enabled', g.it_complete_login_enabled, 'changedAt', ${iso('g.it_complete_login_changed_at')}, 'changedBy', g.it_complete_login_changed_by,
        'canEnable', s.auth_time > now() - interval '10 minutes' and exists (select from tenants.partner_association a where a.tenant_id = t.tenant_id and a.status = 'ACTIVE' and a.ended_at is null),
        'blockers', array[]::text[])),
    'partnerAssociations', (select coalesce(json_agg(json_build_object(
        'id', a.association_id, 'status', a.status, 'partner', json_build_object('name', i.name, 'platform', i.platform, 'clientId', i.client_id),
        'externalTenantId', a.external_tenant_id, 'allowedTechnicians', a.allowed_technicians, 'mfaMaxAgeMinutes', a.mfa_max_age_minutes, 'createdAt', ${iso('a.created_at')})), '[]')
      from tenants.partner_association a join tenants.partner_instance i using (client_id) where a.tenant_id = t.tenant_id and a.ended_at is null),
    'spanningAdmins', (select json_build_object(
        'nodes', coalesce(json_agg(json_build_object('objectId', a.object_id, 'displayName', a.display_name, 'userPrincipalName', a.user_principal_name, 'grantedAt', ${iso('a.granted_at')})), '[]'),
        'pageInfo', json_build_object('hasNextPage', false, 'endCursor', max(rtrim(translate(encode(convert_to('["' || a.display_name || '","' || a.grant_id || '"]', 'UTF8'), 'base64'), E'+/\\n', '-_'), '='))))
      from (select * from tenants.spanning_admin a where a.tenant_id = t.tenant_id and a.revoked_at is null order by display_name, grant_id limit 51) a),
    'apiTokens', (select json_build_object(
        'nodes', coalesce(json_agg(json_build_object('id', k.token_id, 'name', k.name, 'createdBy', json_build_object('displayName', k.created_by ->> 'displayName'), 'expiresAt', ${iso('k.expires_at')}, 'lastUsedAt', ${iso('k.last_used_at')})), '[]'),
        'pageInfo', json_build_object('hasNextPage', false, 'endCursor', null))
      from (select * from identity.api_token k where k.tenant_id = t.tenant_id and k.revoked_at is null and k.expires_at > now() order by created_at, token_id limit 51) k)))) as answer
from identity.session_status s join tenants.tenant t using (tenant_id) join tenants.settings g using (tenant_id)
where s.tenant_id = $1 and s.token_hash = $2 and s.live`

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (part) => {
    body += part
  })
  request.on('end', async () => {
    const { variables } = JSON.parse(body)
    const token = parseToken(request.headers.authorization?.slice('Bearer '.length) ?? '')
    const rows =
      token?.tenantId === variables.tenantId
        ? await sql.unsafe(text, [token!.tenantId, token!.hash], { prepare: true })
        : []
    response.writeHead(rows.length ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(rows[0]?.answer ?? null))
  })
})
server.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
