/**
 * Readable names for user agents. These names prove nothing about the client, because a client can
 * send any User-Agent header.
 */
const browsers: [RegExp, string][] = [
  [/\bEdgA?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|Opera)\/(\d+)/, 'Opera'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*\bSafari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const unknownClient = 'Unknown client'

/**
 * Returns a browser's name, version and system, such as "Firefox 128 on Windows". For other
 * programs, returns the name of the first product in the User-Agent header, such as "curl".
 */
export function clientName(userAgent: string | null): string {
  if (!userAgent) return unknownClient
  for (const [pattern, browser] of browsers) {
    const [, version] = pattern.exec(userAgent) ?? []
    if (!version) continue
    const [, system] = systems.find(([systemPattern]) => systemPattern.test(userAgent)) ?? []
    return `${browser} ${version}${system ? ` on ${system}` : ''}`
  }
  return userAgent.split(/[\s/(]/, 1)[0]?.slice(0, 40) || unknownClient
}
