/**
 * The contents of the pages around sign-in. The console renders them; without scripts a browser
 * shows title and text.
 */
import type { Response } from 'express'

export interface PageContent {
  title: string
  text: string[]
  /** For the console's script; null if the page must not run any. */
  data: Record<string, unknown> | null
}

/** Sends a page to a browser. */
export type ShowPage = (response: Response, page: PageContent) => void

/** @param supportId the request ID, under which support finds the attempt in the logs */
export const refusalPage = (code: string, message: string, supportId: string): PageContent => ({
  title: 'You are not signed in',
  text: [message, `Support ID: ${supportId}`],
  data: { kind: 'refused', code, message, supportId },
})

export const signedInPage = (
  tenant: { id: string; name: string },
  displayName: string,
): PageContent => ({
  title: 'You are signed in',
  text: [`You are signed in to ${tenant.name} as ${displayName}.`],
  data: { kind: 'signed-in', tenantId: tenant.id },
})

/** Its script redeems the code in the URL's fragment. A browser sends the fragment to no server. */
export const connectPage = (): PageContent => ({
  title: 'Login with IT Complete',
  text: ['This page needs JavaScript to sign you in.'],
  data: { kind: 'connect' },
})

export const signedOutPage = (): PageContent => ({
  title: 'You are signed out',
  text: ['You can close this window.'],
  data: null,
})

/** Where Microsoft redirects an API client's user. The client reads the answer from the URL. */
export const nativePage = (): PageContent => ({
  title: 'Almost done',
  text: ['You can close this window.'],
  data: null,
})
