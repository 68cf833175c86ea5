/** Shows one active session with its user, sign-in method, times, client and IP address. */
import { Badge, Caption1, makeStyles, Text, tokens } from '@fluentui/react-components'
import { requestGraphql } from '../../app/graphql.ts'
import { methodLabels, roleLabel } from '../../app/labels.ts'
import { useHasPermission, useViewer } from '../../app/session.ts'
import { clientName } from '../../app/user-agent.ts'
import { Link } from '../../components/link.tsx'
import { Time } from '../../components/time.tsx'
import { RevokeSessionDocument, type SessionsPageQuery } from './sessions.graphql.ts'
import { SignOutDialog } from './sign-out-dialog.tsx'

type Session = NonNullable<NonNullable<SessionsPageQuery['tenant']>['sessions']>['nodes'][number]

const useStyles = makeStyles({
  card: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1.2fr) minmax(0, 1.3fr) minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalM,
    alignItems: 'center',
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
    overflowWrap: 'anywhere',
    '@media (max-width: 40rem)': {
      gridTemplateColumns: 'minmax(0, 1fr)',
      gap: tokens.spacingVerticalS,
    },
  },
  column: { display: 'flex', flexDirection: 'column' },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground2 },
})

export function SessionCard({ tenantId, session }: { tenantId: string; session: Session }) {
  const styles = useStyles()
  const { session: ownSession } = useViewer()
  const mayManage = useHasPermission('MANAGE_SESSIONS')
  const { id, actor, method, createdAt, lastSeenAt, expiresAt, ipAddress, userAgent } = session
  const isOwn = ownSession?.id === id
  const name = actor.displayName
  return (
    <li className={styles.card} data-session={id}>
      <div className={styles.column}>
        <span className={styles.row}>
          <Text weight="semibold">{name}</Text>
          {isOwn && <Badge appearance="tint">This session</Badge>}
        </span>
        <Caption1 className={styles.muted}>{descriptionOf(actor)}</Caption1>
        <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{ session: id }}>
          View activity
        </Link>
      </div>
      <div className={styles.column}>
        <Text>{methodLabels[method]}</Text>
        <Caption1 className={styles.muted}>
          Signed in <Time value={createdAt} />
        </Caption1>
        <Caption1 className={styles.muted}>
          Last active <Time value={lastSeenAt} />
        </Caption1>
        <Caption1 className={styles.muted}>
          Expires <Time value={expiresAt} /> if idle
        </Caption1>
      </div>
      <div className={styles.column}>
        <Text>{clientName(userAgent)}</Text>
        <Caption1 className={styles.muted}>IP address: {ipAddress ?? 'unknown'}</Caption1>
      </div>
      {mayManage && (
        <SignOutDialog
          buttonLabel={`Sign out ${name}`}
          button="Sign out"
          title={isOwn ? 'Sign out of this session?' : `Sign out ${name}?`}
          action="Sign out"
          signOut={() =>
            requestGraphql(tenantId, RevokeSessionDocument, {
              input: { tenantId, sessionId: id },
            }).then((answer) => answer.revokeSession)
          }
        >
          {isOwn
            ? 'You are signed out immediately.'
            : method === 'MICROSOFT'
              ? 'This session ends immediately. The user can sign in again with Microsoft.'
              : 'This session ends immediately. The technician can sign in again while Login with IT Complete is on. To prevent that, turn it off or edit the partner’s access in Settings.'}
        </SignOutDialog>
      )}
    </li>
  )
}

function descriptionOf(actor: Session['actor']): string {
  if (actor.__typename === 'PartnerTechnician')
    return `Technician of ${actor.instance}${actor.email ? `, ${actor.email}` : ''}`
  if (actor.__typename === 'MicrosoftAdmin')
    return `${roleLabel(actor.role)}, ${actor.userPrincipalName}`
  return ''
}
