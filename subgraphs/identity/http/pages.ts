/**
 * The contents of the sign-in pages. The console's script renders these pages. A browser without
 * JavaScript shows only the title and the text.
 */
import type { Response } from 'express'

export interface PageContent {
  title: string
  text: string[]
  /** The data for the console's script, or null if the page must not run a script. */
  data: Record<string, unknown> | null
}

export type ShowPage = (response: Response, page: PageContent) => void

/** @param supportId the request ID, which support staff use to find the attempt in the logs */
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

/**
 * The page whose script redeems the handoff code. The code is in the URL fragment, because browsers
 * do not send the fragment to the server.
 */
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

/**
 * The page that Microsoft opens after the sign-in of an API client's user. The API client reads
 * Microsoft's response from the URL of this page.
 */
export const nativePage = (): PageContent => ({
  title: 'Almost done',
  text: ['You can close this window.'],
  data: null,
})
