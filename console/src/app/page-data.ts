/** What the server has to say to the page that it serves, in `<meta name="page">`. */
export interface Refusal {
  kind: 'refused'
  code: string
  message: string
  supportId: string
}

/** The partner's side, where it is a stand-in: in development only. */
export interface Demo {
  portals: { platform: 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'; name: string; url: string }[]
  people: { tenant: string; domain: string; username: string; password: string; role: string }[]
}

type PageData = (
  | Refusal
  | { kind: 'signed-in'; tenantId: string }
  | { kind: 'connect' }
  | { kind: 'page' }
) & { demo?: Demo }

function read(): PageData {
  const content = document.querySelector<HTMLMetaElement>('meta[name="page"]')?.content
  return content ? (JSON.parse(content) as PageData) : { kind: 'page' }
}

export const pageData: PageData = read()

/** Of this response: the only style elements that the Content-Security-Policy lets count. */
export const styleNonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
