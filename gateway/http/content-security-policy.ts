/** The directives of the Content-Security-Policy header of the pages. */

const directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
}

/**
 * Returns the value of the Content-Security-Policy header.
 * @param styleNonce the nonce of the style elements that Fluent UI creates
 */
export const contentSecurityPolicy = (styleNonce: string): string =>
  Object.entries(directives)
    .map(([name, value]) => {
      const nonce = name === 'style-src' ? ` 'nonce-${styleNonce}'` : ''
      return `${name} ${value}${nonce}`
    })
    .join(';')
