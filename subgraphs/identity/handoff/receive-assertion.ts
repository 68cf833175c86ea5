import { padTiming } from '../../../platform/auth/timing-padding.ts'
import type { SignInContext } from '../context.ts'
import {
  type AssertionAction,
  checkBeforeLock,
  type ReceivedAssertion,
  type RefusedAssertion,
} from './check-before-lock.ts'

interface Handlers<Reply> {
  refused(refusal: RefusedAssertion): Reply
  received(received: ReceivedAssertion): Promise<Reply>
}

/**
 * Checks an assertion for `createHandoff` or `validateHandoff`, and calls the handler for the
 * result. If the tenant is unknown or not associated, `padTiming` delays the response, so that the
 * response time does not reveal whether the tenant exists.
 */
export async function receiveAssertion<Reply>(
  signIn: SignInContext,
  compact: string,
  action: AssertionAction,
  handlers: Handlers<Reply>,
): Promise<Reply> {
  const answer = await padTiming(
    async () => {
      const outcome = await checkBeforeLock(signIn, compact, action)
      return 'failure' in outcome
        ? { reply: handlers.refused(outcome), needsPadding: outcome.needsPadding }
        : { reply: await handlers.received(outcome), needsPadding: false }
    },
    ({ needsPadding }) => needsPadding,
  )
  return answer.reply
}
