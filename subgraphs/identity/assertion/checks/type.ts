import type { Jws } from '../../jwt/jws.ts'
import { CheckFailed, quoted } from './check.ts'

/**
 * Checks the `typ` header parameter (RFC 8725 §3.11), so that a partner's token of another type is
 * not accepted.
 */
export function checkType({ header }: Jws, type: string): void {
  if (header.typ === type) return
  throw new CheckFailed(
    header.typ === undefined
      ? `The header must contain \`typ\`: \`${type}\`.`
      : `\`typ\` must be \`${type}\`; it was \`${quoted(header.typ)}\`.`,
  )
}
