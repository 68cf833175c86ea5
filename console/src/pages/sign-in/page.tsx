/**
 * The start page, where users sign in to a tenant with Microsoft. Refers technicians to VSA or
 * UniView.
 */
import {
  Body1,
  Button,
  Caption1,
  Card,
  CardHeader,
  Field,
  Input,
  Link,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type FormEvent, lazy, Suspense, useRef, useState } from 'react'
import { requestGraphql } from '../../app/graphql.ts'
import { methodLabels } from '../../app/labels.ts'
import { pageData } from '../../app/page-data.ts'
import {
  type RecentTenant,
  readRecentTenants,
  removeRecentTenant,
} from '../../app/recent-tenants.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { SignInPageDocument } from './sign-in.graphql.ts'

const DemoPanel = lazy(() => import('./demo-panel.tsx'))

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground2 },
})

/** A recent tenant, or the tenant of a sign-in link. The name of a linked tenant is unknown. */
type TenantChoice = RecentTenant | { id: string }

export function SignInPage() {
  const styles = useStyles()
  const { tenant: linkedTenantId, domain, signedOut } = useSearch({ from: '/' })
  const [recentTenants, setRecentTenants] = useState(readRecentTenants)
  const tenants: TenantChoice[] =
    linkedTenantId && !recentTenants.some(({ id }) => id === linkedTenantId)
      ? [{ id: linkedTenantId }, ...recentTenants]
      : recentTenants.toSorted((a) => (a.id === linkedTenantId ? -1 : 0))
  const remove = (id: string) => {
    removeRecentTenant(id)
    setRecentTenants(readRecentTenants())
  }
  return (
    <Page title="Login with IT Complete" narrow>
      {signedOut && (
        <MessageBar intent="success">
          <MessageBarBody>You are signed out.</MessageBarBody>
        </MessageBar>
      )}
      {tenants.length > 0 && (
        <section className={styles.group} aria-label="Recent tenants">
          {tenants.map((tenant) => (
            <TenantCard key={tenant.id} tenant={tenant} onRemove={remove} />
          ))}
        </section>
      )}
      <DomainForm initialDomain={domain ?? ''} isOnlyChoice={tenants.length === 0} />
      <Card>
        <CardHeader
          header={<Subtitle2 as="h2">Do you work for a managed service provider?</Subtitle2>}
        />
        <Body1>
          Sign in from Kaseya VSA or Unitrends UniView: select “Connect to O365” next to the
          customer. The customer’s tenant must have Login with IT Complete turned on. You do not
          need a Microsoft account.
        </Body1>
      </Card>
      {pageData.demo && (
        <Suspense>
          <DemoPanel demo={pageData.demo} />
        </Suspense>
      )}
      <Caption1 className={styles.muted}>
        For developers:{' '}
        <Link href="/.well-known/it-complete-login">/.well-known/it-complete-login</Link>
      </Caption1>
    </Page>
  )
}

function TenantCard({
  tenant,
  onRemove,
}: {
  tenant: TenantChoice
  onRemove: (id: string) => void
}) {
  const styles = useStyles()
  const { id } = tenant
  const name = 'name' in tenant ? tenant.name : 'Your tenant'
  const { data } = useQuery({
    queryKey: ['sign-in', id],
    queryFn: ({ signal }) => requestGraphql(id, SignInPageDocument, { tenant: { id } }, signal),
    retry: false,
  })
  const partnerMethods = (data?.loginOptions ?? [])
    .filter(({ method }) => method !== 'MICROSOFT')
    .map(({ method }) => methodLabels[method])
  return (
    <Card>
      <CardHeader
        header={<Subtitle2 as="h2">{name}</Subtitle2>}
        description={
          <Caption1 className={styles.muted}>
            {'domain' in tenant ? tenant.domain : 'From the link that you opened'}
          </Caption1>
        }
        action={
          'name' in tenant ? (
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={`Remove ${name} from this list`}
              onClick={() => onRemove(id)}
            />
          ) : undefined
        }
      />
      <div className={styles.actions}>
        {data?.viewer && (
          <LinkButton appearance="primary" to="/t/$tenantId/settings" params={{ tenantId: id }}>
            Continue as {data.viewer.actor.displayName}
          </LinkButton>
        )}
        <Button
          as="a"
          appearance={data?.viewer ? 'secondary' : 'primary'}
          href={`/login/microsoft?${new URLSearchParams({ tenant: id })}`}
        >
          Sign in with Microsoft
        </Button>
      </div>
      {partnerMethods.length > 0 && (
        <Text>
          Login with IT Complete is on. MSP technicians select “Connect to O365” in{' '}
          {partnerMethods.join(' or ')}.
        </Text>
      )}
    </Card>
  )
}

function DomainForm({
  initialDomain,
  isOnlyChoice,
}: {
  initialDomain: string
  isOnlyChoice: boolean
}) {
  const styles = useStyles()
  const [text, setText] = useState(initialDomain)
  const [error, setError] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const signIn = (event: FormEvent) => {
    event.preventDefault()
    // The field also accepts a user name, such as ada@contoso.com, and extracts the domain.
    const domain = text.trim().toLowerCase().split('@').at(-1) ?? ''
    if (!/^[^\s/]{1,253}$/.test(domain) || !domain.includes('.')) {
      setError('Enter a domain, such as contoso.com, or your user name.')
      return input.current?.focus()
    }
    location.assign(`/login/microsoft?${new URLSearchParams({ domain })}`)
  }
  return (
    <Card>
      <CardHeader
        header={
          <Subtitle2 as="h2">{isOnlyChoice ? 'Sign in' : 'Sign in to another tenant'}</Subtitle2>
        }
      />
      <form className={styles.group} onSubmit={signIn} noValidate>
        <Field
          label="Microsoft 365 domain"
          hint="The domain of your organization, such as contoso.com"
          {...(error && { validationState: 'error' as const, validationMessage: error })}
        >
          <Input
            ref={input}
            name="domain"
            autoComplete="on"
            autoCapitalize="none"
            spellCheck={false}
            value={text}
            onChange={(_, { value }) => {
              setText(value)
              setError(null)
            }}
          />
        </Field>
        <div>
          <Button type="submit" appearance={isOnlyChoice ? 'primary' : 'secondary'}>
            Sign in with Microsoft
          </Button>
        </div>
      </form>
    </Card>
  )
}
