/**
 * A refused sign-in. The gateway writes this data into the element `<meta name="page">` of the
 * page.
 */
export interface Refusal {
  kind: 'refused'
  code: string
  message: string
  supportId: string
}

/** The simulated partner portals and demo users. Present only in the demo. */
export interface Demo {
  portals: { platform: 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'; name: string; url: string }[]
  people: { tenant: string; domain: string; username: string; password: string; role: string }[]
}

type PageData = (
  | Refusal
  | { kind: 'signed-in'; tenantId: string }
  | { kind: 'connect' }
  | { kind: 'not-found' }
  | { kind: 'page' }
) & { demo?: Demo }

function readPageData(): PageData {
  const content = document.querySelector<HTMLMetaElement>('meta[name="page"]')?.content
  return content ? (JSON.parse(content) as PageData) : { kind: 'page' }
}

export const pageData: PageData = readPageData()

/**
 * The nonce of this response. The Content-Security-Policy blocks style elements without this nonce.
 */
export const styleNonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
