/** Prevents requests to private networks (OWASP: server-side request forgery). */
import type { LookupAddress, LookupOptions, lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Lookup = typeof systemLookup

/** The range of public IPv6 unicast addresses (RFC 4291 §2.4, as allocated by IANA). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/**
 * The IP address of the Azure platform service. Every Azure machine can connect to this public
 * address.
 */
const azureHost = '168.63.129.16'

/**
 * Returns true if an IP address is a public unicast address. An IPv4-mapped IPv6 address is checked
 * as an IPv4 address.
 * @param allowLoopback true if loopback addresses are allowed too; for development only
 */
export function isPublicAddress(address: string, allowLoopback: boolean): boolean {
  if (!isIP(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.toString() === azureHost) return false
  const range = parsed.range()
  // ipaddr.js returns `unicast` also for IPv6 addresses that are not public. An example is
  // `::7f00:1`, which is a deprecated form of 127.0.0.1.
  if (parsed instanceof ipaddr.IPv6 && range === 'unicast') return parsed.match(globalUnicast)
  return range === 'unicast' || (allowLoopback && range === 'loopback')
}

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback')

/**
 * Creates a DNS lookup function that fails if a hostname has a non-public address. The connection
 * uses the checked addresses, so that a second lookup cannot return other addresses (DNS
 * rebinding).
 */
export function publicAddressLookup(lookup: Lookup, allowLoopback: boolean) {
  type Done = (error: Error | null, address: string | LookupAddress[], family?: number) => void
  return (hostname: string, options: LookupOptions, done: Done): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      const [first] = addresses
      if (!first) return done(new Error(`The hostname ${hostname} has no IP address.`), '')
      const refused = addresses.find(({ address }) => !isPublicAddress(address, allowLoopback))
      if (refused)
        return done(
          new Error(`${hostname} must have public IP addresses only; it has ${refused.address}.`),
          '',
        )
      if (options.all) return done(null, addresses)
      done(null, first.address, first.family)
    })
  }
}
