/**
 * Internationalized domain names (RFC 5890). The service stores and compares the ASCII form
 * (A-labels, such as `xn--bcher-kva.example`), so that all spellings of a domain are one domain.
 */
import { domainToASCII, domainToUnicode } from 'node:url'

/** ASCII characters that `domainToASCII` would decode, or take for the end of the domain. */
const notInDomains = /[^\w.\-\P{ASCII}]/u
const domainPattern =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/

/**
 * Parses a domain of at least two labels, in Unicode or ASCII, with the mapping of UTS #46.
 * @returns the domain in ASCII and lower case, or null if the text is not a domain
 */
export function parseDomain(text: string): string | null {
  const domain = notInDomains.test(text) ? '' : domainToASCII(text).replace(/\.$/, '')
  return domainPattern.test(domain) && isCanonical(domain) ? domain : null
}

/**
 * Whether each A-label represents a Unicode label. `xn--a` represents no valid label, and
 * `xn--example-` another spelling of `example`.
 */
function isCanonical(domain: string): boolean {
  const unicode = domainToUnicode(domain)
  return !/(?:^|\.)xn--/.test(unicode) && domainToASCII(unicode) === domain
}

/**
 * Converts the domain of an e-mail address to ASCII and lower case. The local part keeps its case,
 * which can be significant (RFC 5321 §2.4).
 * @returns null if the domain is an invalid internationalized domain
 */
export function canonicalAddress(address: string): string | null {
  const at = address.lastIndexOf('@') + 1
  const text = address.slice(at).toLowerCase()
  const domain = parseDomain(text) ?? (/xn--|\P{ASCII}/u.test(text) ? null : text)
  return domain === null ? null : address.slice(0, at) + domain
}

/** Converts the domain of an e-mail address to Unicode, to show the address. */
export function displayedAddress(address: string): string {
  const at = address.lastIndexOf('@') + 1
  return address.slice(0, at) + (domainToUnicode(address.slice(at)) || address.slice(at))
}
