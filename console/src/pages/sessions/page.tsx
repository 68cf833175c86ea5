/** Who is in right now, by which door, since when and from where; who could get in. Whoever may ends sessions here. */
import {
  Badge,
  Body1,
  Button,
  Caption1,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Subtitle1,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components'
import { PlugDisconnectedRegular } from '@fluentui/react-icons'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { ApiError, ask } from '../../app/graphql.ts'
import { Page } from '../../components/page.tsx'
import { isPersonActive } from '../../app/user-activity.ts'
import { useMay, useViewer } from '../../app/session.ts'
import { formatTime } from '../../app/labels.ts'
import { Link } from '../activity/event-list.tsx'
import { agentName, clockOf, counted, doorNames } from '../activity/labels.ts'
import {
  RevokeFederatedSessionsDocument,
  RevokeSessionDocument,
  SessionsPageDocument,
  type SessionsPageQuery,
  WhoCouldGetInDocument,
  type WhoCouldGetInQuery,
} from './sessions.graphql.ts'

type Session = NonNullable<NonNullable<SessionsPageQuery['tenant']>['sessions']>['nodes'][number]
type Access = NonNullable<NonNullable<WhoCouldGetInQuery['tenant']>['effectiveAccess']>

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  card: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1.3fr) minmax(0, 1fr) minmax(0, 1fr) auto',
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
  words: { display: 'flex', flexDirection: 'column' },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  title: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
  section: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    marginTop: tokens.spacingVerticalL,
  },
  access: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(18rem, 100%), 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  door: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
    overflowWrap: 'anywhere',
  },
  names: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
})

const lookEveryMs = 5_000
const closingMs = 400
const every = () => (isPersonActive() ? lookEveryMs : false)
const route = getRouteApi('/t/$tenantId/sessions')

export function SessionsPage() {
  const styles = useStyles()
  const { tenantId } = route.useParams()
  const mayEnd = useMay('MANAGE_SESSIONS')
  const { actor } = useViewer()
  const { data, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ['sessions', tenantId],
      queryFn: async ({ pageParam, signal }) => {
        const { tenant } = await ask(
          tenantId,
          SessionsPageDocument,
          { tenantId, after: pageParam },
          signal,
        )
        if (!tenant?.sessions)
          throw new ApiError('FORBIDDEN', 'The sessions of this tenant cannot be read.')
        return tenant.sessions
      },
      initialPageParam: null as string | null,
      getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
      refetchInterval: every,
    })
  const sessions = data?.pages.flatMap(({ nodes }) => nodes) ?? []
  const federated = sessions.filter(({ method }) => method !== 'MICROSOFT')
  return (
    <Page
      title="Sessions"
      actions={mayEnd && <EndAllFederated tenantId={tenantId} shown={federated.length} />}
    >
      <Subtitle1 as="h2" className={styles.title}>
        Who is in right now
      </Subtitle1>
      {actor.__typename === 'PartnerTechnician' && (
        <Body1 className={styles.muted}>
          You see the tenant’s admins and the technicians of {actor.instance}, not those of other
          partners. You can end your own session by signing out; others are ended by the tenant’s
          admins.
        </Body1>
      )}
      {error && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{error.message}</MessageBarBody>
          <Button onClick={() => void refetch()}>Try again</Button>
        </MessageBar>
      )}
      {isPending && (
        <Skeleton aria-label="Looking who is in">
          <SkeletonItem size={72} />
        </Skeleton>
      )}
      <ul className={styles.list}>
        {sessions.map((session) => (
          <SessionCard key={session.id} tenantId={tenantId} session={session} />
        ))}
      </ul>
      {data && !sessions.length && <Body1>Nobody is.</Body1>}
      {hasNextPage && (
        <div>
          <Button disabledFocusable={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      <WhoCouldGetIn tenantId={tenantId} />
    </Page>
  )
}

function SessionCard({ tenantId, session }: { tenantId: string; session: Session }) {
  const styles = useStyles()
  const { session: own } = useViewer()
  const mayEnd = useMay('MANAGE_SESSIONS')
  const { id, actor, method, createdAt, lastSeenAt, expiresAt, ipAddress, userAgent } = session
  const isOwn = own?.id === id
  const who =
    actor.__typename === 'PartnerTechnician'
      ? `Technician of ${actor.instance}${actor.email ? `, ${actor.email}` : ''}`
      : actor.__typename === 'MicrosoftAdmin'
        ? `${actor.role === 'GLOBAL_ADMIN' ? 'Global Admin' : 'Spanning Admin'}, ${actor.userPrincipalName}`
        : ''
  return (
    <li className={styles.card} data-session={id}>
      <div className={styles.words}>
        <span className={styles.row}>
          <Text weight="semibold">{actor.displayName}</Text>
          {isOwn && <Badge appearance="tint">You, here</Badge>}
        </span>
        <Caption1 className={styles.muted}>{who}</Caption1>
        <Link to="/t/$tenantId/activity" params={{ tenantId }} search={{ session: id }}>
          What they did
        </Link>
      </div>
      <div className={styles.words}>
        <Text>{doorNames[method]}</Text>
        <Caption1 className={styles.muted}>Since {formatTime(createdAt)}</Caption1>
        <Caption1 className={styles.muted}>
          Last seen {clockOf(lastSeenAt)}; ends {formatTime(expiresAt)} unless used
        </Caption1>
      </div>
      <div className={styles.words}>
        <Text>{agentName(userAgent)}</Text>
        <Caption1 className={styles.muted}>from {ipAddress ?? 'an unknown address'}</Caption1>
      </div>
      {mayEnd && (
        <EndDialog
          label={`End the session of ${actor.displayName}`}
          button="End"
          title={isOwn ? 'End your own session?' : `End the session of ${actor.displayName}?`}
          act={() =>
            ask(tenantId, RevokeSessionDocument, { input: { tenantId, sessionId: id } }).then(
              (answer) => answer.revokeSession,
            )
          }
        >
          {isOwn
            ? 'You are signed out at once.'
            : method === 'MICROSOFT'
              ? 'Whatever they ask for next is refused. They can sign in with Microsoft again.'
              : 'Whatever they ask for next is refused. They can connect again while Login with IT Complete is on: to keep them out, turn it off or narrow the association.'}
        </EndDialog>
      )}
    </li>
  )
}

function EndAllFederated({ tenantId, shown }: { tenantId: string; shown: number }) {
  return (
    <EndDialog
      button="End all from VSA and UniView"
      title="End all sessions from VSA and UniView?"
      act={() =>
        ask(tenantId, RevokeFederatedSessionsDocument, { input: { tenantId } }).then(
          (answer) => answer.revokeFederatedSessions,
        )
      }
    >
      {shown
        ? `${counted(shown, 'session')} that you see here end at once, and so do`
        : 'None is in right now. What ends are'}{' '}
      handoffs that are under way. Login with IT Complete stays on, so that technicians can connect
      again; to keep them out, turn it off in Settings.
    </EndDialog>
  )
}

/** Asks first, says what it will mean, and then whether it was done. */
function EndDialog({
  button,
  label,
  title,
  act,
  children,
}: {
  button: string
  label?: string
  title: string
  act: () => Promise<{ userErrors: readonly { code: string; message: string }[] } | null>
  children: ReactNode
}) {
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: async () => {
      const answer = await act()
      const [refused] = answer?.userErrors ?? []
      // Whoever ended meanwhile is out, as was asked for.
      if (refused && refused.code !== 'NOT_FOUND') throw new ApiError(refused.code, refused.message)
    },
    onSuccess: () => setOpen(false),
    onSettled: async () => {
      // Where the own session has ended the page goes: a dialog that is still closing would leave it hidden from screen readers.
      await new Promise((resolve) => setTimeout(resolve, closingMs))
      await Promise.all(
        [['sessions'], ['viewer']].map((queryKey) => client.invalidateQueries({ queryKey })),
      )
    },
  })
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_, { open }) => {
        setOpen(open)
        reset()
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<PlugDisconnectedRegular />} aria-label={label}>
          {button}
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>
            <Body1>{children}</Body1>
            {error && (
              <MessageBar intent="error" layout="multiline">
                <MessageBarBody>
                  <MessageBarTitle>Not ended.</MessageBarTitle> {error.message}
                </MessageBarBody>
              </MessageBar>
            )}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={isPending} onClick={() => mutate()}>
              End
            </Button>
            <DialogTrigger disableButtonEnhancement>
              <Button>Cancel</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function WhoCouldGetIn({ tenantId }: { tenantId: string }) {
  const styles = useStyles()
  const { data, isPending } = useQuery({
    queryKey: ['sessions', tenantId, 'access'],
    queryFn: ({ signal }) => ask(tenantId, WhoCouldGetInDocument, { tenantId }, signal),
    refetchInterval: () => (isPersonActive() ? 6 * lookEveryMs : false),
  })
  const access = data?.tenant?.effectiveAccess
  return (
    <section className={styles.section} aria-labelledby="access-title">
      <Subtitle1 as="h2" id="access-title" className={styles.title}>
        Who could get in
      </Subtitle1>
      {isPending && (
        <Skeleton aria-label="Looking who could get in">
          <SkeletonItem size={72} />
        </Skeleton>
      )}
      {access && <Doors access={access} />}
    </section>
  )
}

function Doors({ access: { spanningAdmins, partners } }: { access: Access }) {
  const styles = useStyles()
  return (
    <div className={styles.access}>
      <div className={styles.door}>
        <Subtitle2 as="h3" className={styles.title}>
          With Microsoft
        </Subtitle2>
        <Body1>Global Admins, as Entra ID says at sign-in; and Spanning Admins:</Body1>
        {spanningAdmins.length ? (
          <ul className={styles.names}>
            {spanningAdmins.map(({ displayName, userPrincipalName }) => (
              <li key={userPrincipalName}>
                {displayName} <Caption1 className={styles.muted}>{userPrincipalName}</Caption1>
              </li>
            ))}
          </ul>
        ) : (
          <Body1 className={styles.muted}>None.</Body1>
        )}
      </div>
      {partners.map(({ method, instance, allowedTechnicians }) => (
        <div key={`${method} ${instance}`} className={styles.door}>
          <Subtitle2 as="h3" className={styles.title}>
            {instance}
          </Subtitle2>
          <Caption1 className={styles.muted}>{doorNames[method]}</Caption1>
          {allowedTechnicians === null ? (
            <Body1>Every technician of this instance.</Body1>
          ) : (
            <>
              <Body1>Only these technicians:</Body1>
              <ul className={styles.names}>
                {allowedTechnicians.map((technician) => (
                  <li key={technician}>{technician}</li>
                ))}
              </ul>
            </>
          )}
        </div>
      ))}
      {partners.length === 0 && (
        <div className={styles.door}>
          <Subtitle2 as="h3" className={styles.title}>
            From VSA and UniView
          </Subtitle2>
          <Body1>Nobody: Login with IT Complete is off, or no partner is associated.</Body1>
        </div>
      )}
    </div>
  )
}
