import { sql } from 'drizzle-orm'
import { handoff } from '../../../drizzle/tables/identity.ts'
import { auditedWithProof, throwUserError } from '../../../platform/audit/audited.ts'
import { newToken } from '../../../platform/auth/tokens.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'
import { replayedMessage } from '../assertion/checks/replay.ts'
import { validateClaimsIn } from '../assertion/validate-claims.ts'
import type { VerifiedAssertion } from '../assertion/verified-assertion.ts'
import { type SignInContext, signInContext } from '../context.ts'
import type { ReceivedAssertion } from '../handoff/check-before-lock.ts'
import { receiveAssertion } from '../handoff/receive-assertion.ts'
import { consumeJti, retainUntil } from '../jwt/replay-store.ts'
import type { CreateHandoffPayload, MutationResolvers } from '../schema.types.ts'

type CreatedHandoff = Pick<Partial<CreateHandoffPayload>, 'code' | 'connectUrl' | 'expiresAt'>

/**
 * Exchanges an assertion for a handoff code. One transaction creates the code and consumes the
 * `jti`, so that the partner can use the assertion again after a failed request.
 */
export const createHandoff: MutationResolvers['createHandoff'] = (_, { input }, context) => {
  const signIn = signInContext(context)
  return receiveAssertion(signIn, input.assertion, 'handoff.created', {
    refused: ({ failure: { code, message } }) => ({
      userErrors: [{ code, message, field: ['assertion'] }],
    }),
    received: (received) => create(signIn, received),
  })
}

function create(signIn: SignInContext, { assertion, homeTenant }: ReceivedAssertion) {
  const { claims, instance, kid } = assertion
  const { tenantId, actor } = homeTenant
  const action = { action: 'handoff.created' } as const
  return auditedWithProof(signIn, homeTenant, action, async (tx) => {
    const result = await validateClaimsIn(tx, signIn, assertion)
    if (!result.accepted) throwUserError(result.failure.code, result.failure.message, 'assertion')
    await consumeAssertion(tx, tenantId, assertion)
    const { token: code, hash: codeHash } = newToken(tenantId)
    const [created] = await tx
      .insert(handoff)
      .values({
        ...result.access,
        tenantId,
        codeHash,
        binding: claims.binding,
        transactionHash: result.transaction?.secretHash ?? null,
        actor,
        expiresAt: sql`clock_timestamp() + make_interval(secs => ${signIn.codeLifetimeSeconds})`,
        clientId: instance.clientId,
        kid,
        subject: claims.sub,
      })
      .returning()
    if (!created) throw new Error('The insert of the handoff returned no row.')
    const connectUrl =
      claims.binding === 'browser' ? `${signIn.issuer}/connect/${tenantId}#code=${code}` : null
    const payload: CreatedHandoff = { code, connectUrl, expiresAt: created.expiresAt }
    return {
      payload,
      target: { type: 'handoff', id: created.handoffId, displayName: actor.displayName },
      changes: statedReasons(assertion),
    }
  })
}

/** @throws ASSERTION_REPLAYED when a concurrent request has already consumed the `jti` */
async function consumeAssertion(
  tx: WriteTx,
  tenantId: string,
  { claims: { iss, jti, exp } }: VerifiedAssertion,
): Promise<void> {
  const token = { use: 'assertion', tenantId, issuer: iss, jti } as const
  if (!(await consumeJti(tx, token, retainUntil(exp))))
    throwUserError('ASSERTION_REPLAYED', replayedMessage, 'assertion')
}

/** Returns the `reason` and `ticket` claims as field changes for the Activity Log. */
const statedReasons = ({ claims: { reason, ticket } }: VerifiedAssertion) =>
  Object.entries({ reason, ticket }).flatMap(([field, after]) =>
    after === undefined ? [] : [{ field, before: null, after }],
  )
