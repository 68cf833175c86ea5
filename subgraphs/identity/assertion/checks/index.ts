import { audience } from './audience.ts'
import { authentication } from './authentication.ts'
import { binding } from './binding.ts'
import type { ClaimCheck, TermsCheck } from './check.ts'
import { feature } from './feature.ts'
import { issuer } from './issuer.ts'
import { lifetime } from './lifetime.ts'
import { replay } from './replay.ts'
import { subject } from './subject.ts'
import { technician } from './technician.ts'
import { tenant } from './tenant.ts'

/**
 * The claim checks of a signed assertion (RFC 7523 §3). `validateHandoff` returns the results in
 * this order.
 */
export const claimChecks: readonly (ClaimCheck | TermsCheck)[] = [
  issuer,
  audience,
  lifetime,
  replay,
  subject,
  tenant,
  feature,
  technician,
  authentication,
  binding,
]
