import type { Jws } from '../../jwt/jws.ts'
import { assertionType } from '../profile.ts'
import { CheckFailed, quoted } from './check.ts'

/**
 * Checks the `typ` header parameter (RFC 8725 §3.11), so that a partner's token of another type is
 * not accepted as an assertion.
 */
export function checkType({ header }: Jws): void {
  if (header.typ === assertionType) return
  throw new CheckFailed(
    header.typ === undefined
      ? `The header must contain \`typ\`: \`${assertionType}\`.`
      : `\`typ\` must be \`${assertionType}\`; it was \`${quoted(header.typ)}\`.`,
  )
}
