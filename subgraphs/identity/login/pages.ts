/** What people are shown where they sign in and out. How it looks is the console's business; a page for browsers without script says the same. */
import type { Response } from 'express'

export interface Shown {
  title: string
  text: string[]
  /** For the console; null where no script may run. */
  data: Record<string, unknown> | null
}

/** Shows a page to a person. */
export type Show = (response: Response, page: Shown) => void

/** What happened and what to do, and the id under which support finds the rest. */
export const refusalPage = (code: string, message: string, supportId: string): Shown => ({
  title: 'You are not signed in',
  text: [message, `Support id: ${supportId}`],
  data: { kind: 'refused', code, message, supportId },
})

export const signedInPage = (tenant: { id: string; name: string }, who: string): Shown => ({
  title: 'You are signed in',
  text: [`To ${tenant.name}, as ${who}.`],
  data: { kind: 'signed-in', tenantId: tenant.id },
})

/** Redeems the code in the address's fragment, which no server on the way has seen. */
export const connectPage = (): Shown => ({
  title: 'Login with IT Complete',
  text: ['This page needs JavaScript to sign you in.'],
  data: { kind: 'connect' },
})

export const signedOutPage = (): Shown => ({
  title: 'You are signed out',
  text: ['You may close this window.'],
  data: null,
})

/** The end of an API client's sign-in: its address is the answer, and nothing else is shown or run. */
export const nativePage = (): Shown => ({
  title: 'Almost done',
  text: ['You may close this window.'],
  data: null,
})
