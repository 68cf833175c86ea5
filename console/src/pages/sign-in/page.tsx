/** The front page: find the tenant, and sign in with Microsoft. Technicians are told to come through VSA or UniView. */
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
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { ask } from '../../app/graphql.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { pageData } from '../../app/page-data.ts'
import { forget, type Remembered, remembered } from '../../app/recent-tenants.ts'
import { methodName, signInAddress } from '../../app/labels.ts'
import { SignInPageDocument } from './sign-in.graphql.ts'

const Stage = lazy(() => import('./demo-panel.tsx'))

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground2 },
})

export function SignInPage() {
  const styles = useStyles()
  const { tenant: linked, domain, signedOut } = useSearch({ from: '/' })
  const [known, setKnown] = useState(remembered)
  const tenants: (Remembered | { id: string })[] =
    linked && !known.some(({ id }) => id === linked)
      ? [{ id: linked }, ...known]
      : known.toSorted((a) => (a.id === linked ? -1 : 0))
  const drop = (id: string) => {
    forget(id)
    setKnown(remembered())
  }
  return (
    <Page title="Login with IT Complete" narrow>
      {signedOut && (
        <MessageBar intent="success">
          <MessageBarBody>You are signed out.</MessageBarBody>
        </MessageBar>
      )}
      {tenants.length > 0 && (
        <section className={styles.group} aria-label="Your tenants">
          {tenants.map((tenant) => (
            <Tenant key={tenant.id} tenant={tenant} onForget={drop} />
          ))}
        </section>
      )}
      <ByDomain initially={domain ?? ''} isOnly={tenants.length === 0} />
      <Card>
        <CardHeader
          header={<Subtitle2 as="h2">Do you work for a managed service provider?</Subtitle2>}
        />
        <Body1>
          Come through your own product: press “Connect to O365” beside the customer in Kaseya VSA
          or Unitrends UniView. It works where the tenant has Login with IT Complete on; no
          Microsoft password is needed.
        </Body1>
      </Card>
      {pageData.demo && (
        <Suspense>
          <Stage demo={pageData.demo} />
        </Suspense>
      )}
      <Caption1 className={styles.muted}>
        Programs find what they need at{' '}
        <Link href="/.well-known/it-complete-login">/.well-known/it-complete-login</Link>.
      </Caption1>
    </Page>
  )
}

/** A tenant that was signed in to from here, or one that a link named. */
function Tenant({
  tenant,
  onForget,
}: {
  tenant: Remembered | { id: string }
  onForget: (id: string) => void
}) {
  const styles = useStyles()
  const { id } = tenant
  const name = 'name' in tenant ? tenant.name : 'Your tenant'
  const { data } = useQuery({
    queryKey: ['sign-in', id],
    queryFn: ({ signal }) => ask(id, SignInPageDocument, { tenant: { id } }, signal),
    retry: false,
  })
  const doors = (data?.loginOptions ?? [])
    .filter(({ method }) => method !== 'MICROSOFT')
    .map(({ method }) => methodName(method))
  return (
    <Card>
      <CardHeader
        header={<Subtitle2 as="h2">{name}</Subtitle2>}
        description={
          <Caption1 className={styles.muted}>
            {'domain' in tenant ? tenant.domain : 'named by the link that you opened'}
          </Caption1>
        }
        action={
          'name' in tenant ? (
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={`Forget ${name} here`}
              onClick={() => onForget(id)}
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
          href={signInAddress({ tenant: id }, null)}
        >
          Sign in with Microsoft
        </Button>
      </div>
      {doors.length > 0 && (
        <Text>
          Login with IT Complete is on: MSP technicians press “Connect to O365” in{' '}
          {doors.join(' or ')}.
        </Text>
      )}
    </Card>
  )
}

function ByDomain({ initially, isOnly }: { initially: string; isOnly: boolean }) {
  const styles = useStyles()
  const [text, setText] = useState(initially)
  const [problem, setProblem] = useState<string | null>(null)
  const signIn = (event: FormEvent) => {
    event.preventDefault()
    // Whoever types a user name means the domain behind it.
    const domain = text.trim().toLowerCase().split('@').at(-1) ?? ''
    if (!/^[^\s/]{1,253}$/.test(domain) || !domain.includes('.'))
      return setProblem('A domain such as contoso.com, or your user name there.')
    location.assign(signInAddress({ domain }, null))
  }
  return (
    <Card>
      <CardHeader
        header={<Subtitle2 as="h2">{isOnly ? 'Find your tenant' : 'Another tenant'}</Subtitle2>}
      />
      <form className={styles.group} onSubmit={signIn} noValidate>
        <Field
          label="Microsoft 365 domain"
          hint="Your organisation’s, such as contoso.com"
          {...(problem && { validationState: 'error' as const, validationMessage: problem })}
        >
          <Input
            name="domain"
            autoComplete="on"
            autoCapitalize="none"
            spellCheck={false}
            value={text}
            onChange={(_, { value }) => {
              setText(value)
              setProblem(null)
            }}
          />
        </Field>
        <div>
          <Button type="submit" appearance={isOnly ? 'primary' : 'secondary'}>
            Sign in with Microsoft
          </Button>
        </div>
      </form>
    </Card>
  )
}
