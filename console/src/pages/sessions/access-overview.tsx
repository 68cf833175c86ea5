/** Shows which users can currently sign in to the tenant, by sign-in method. */
import {
  Body1,
  Caption1,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Subtitle1,
  Subtitle2,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { requestGraphql } from '../../app/graphql.ts'
import { methodLabels } from '../../app/labels.ts'
import { pollWhileActive } from '../../app/user-activity.ts'
import { WhoCouldGetInDocument, type WhoCouldGetInQuery } from './sessions.graphql.ts'

type Access = NonNullable<NonNullable<WhoCouldGetInQuery['tenant']>['effectiveAccess']>

const useStyles = makeStyles({
  section: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    marginTop: tokens.spacingVerticalL,
  },
  title: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(18rem, 100%), 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  card: {
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

const pollIntervalMs = 30_000

export function AccessOverview({ tenantId }: { tenantId: string }) {
  const styles = useStyles()
  const { data, isPending } = useQuery({
    queryKey: ['sessions', tenantId, 'access'],
    queryFn: ({ signal }) => requestGraphql(tenantId, WhoCouldGetInDocument, { tenantId }, signal),
    refetchInterval: pollWhileActive(pollIntervalMs),
  })
  const access = data?.tenant?.effectiveAccess
  return (
    <section className={styles.section} aria-labelledby="access-title">
      <Subtitle1 as="h2" id="access-title" className={styles.title}>
        Who has access
      </Subtitle1>
      {isPending && (
        <Skeleton aria-label="Loading">
          <SkeletonItem size={72} />
        </Skeleton>
      )}
      {access && <AccessCards access={access} />}
    </section>
  )
}

function AccessCards({ access: { spanningAdmins, partners } }: { access: Access }) {
  const styles = useStyles()
  return (
    <div className={styles.cards}>
      <AccessCard title="Microsoft">
        <Body1>
          {spanningAdmins.length
            ? 'Global Admins (from Entra ID) and these Spanning Admins:'
            : 'Global Admins (from Entra ID). There are no Spanning Admins.'}
        </Body1>
        {spanningAdmins.length > 0 && (
          <ul className={styles.names}>
            {spanningAdmins.map(({ displayName, userPrincipalName }) => (
              <li key={userPrincipalName}>
                {displayName} <Caption1 className={styles.muted}>{userPrincipalName}</Caption1>
              </li>
            ))}
          </ul>
        )}
      </AccessCard>
      {partners.map(({ method, instance, allowedTechnicians }) => (
        <AccessCard
          key={`${method} ${instance}`}
          title={instance}
          description={methodLabels[method]}
        >
          {allowedTechnicians === null ? (
            <Body1>All technicians</Body1>
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
        </AccessCard>
      ))}
      {partners.length === 0 && (
        <AccessCard title="VSA and UniView">
          <Body1>
            No technicians. Login with IT Complete is off, or this tenant has no active partner.
          </Body1>
        </AccessCard>
      )}
    </div>
  )
}

function AccessCard({
  title,
  description,
  children,
}: {
  title: string
  description?: string
  children: ReactNode
}) {
  const styles = useStyles()
  return (
    <div className={styles.card}>
      <Subtitle2 as="h3" className={styles.title}>
        {title}
      </Subtitle2>
      {description && <Caption1 className={styles.muted}>{description}</Caption1>}
      {children}
    </div>
  )
}
