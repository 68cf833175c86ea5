/** Explains the errors with which Entra ID refuses a sign-in. */
import * as oidc from 'openid-client'

/** An error of Entra ID, without its description, which can contain personal data. */
export interface EntraError {
  /** The error code of OAuth (RFC 6749 §4.1.2.1, §5.2), OpenID Connect or Entra ID. */
  error: string
  /** The number of Entra ID's error, for example `AADSTS7000222`. Null if there is none. */
  number: string | null
  /**
   * True if the token endpoint sent the error. Otherwise the error was in the callback's URL, which
   * the user can change.
   */
  isFromTokenEndpoint: boolean
}

/** Returns null if the error does not come from Entra ID. */
export function entraErrorOf(error: unknown): EntraError | null {
  if (error instanceof oidc.AuthorizationResponseError)
    return entraError(error.error, error.error_description, false)
  if (error instanceof oidc.ResponseBodyError)
    return entraError(error.error, error.error_description, true)
  if (error instanceof oidc.WWWAuthenticateChallengeError)
    return entraError('invalid_client', undefined, true)
  return null
}

const entraError = (
  error: string,
  description: string | undefined,
  isFromTokenEndpoint: boolean,
): EntraError => ({
  error: /^[a-z_]{1,40}$/.test(error) ? error : 'invalid_error_code',
  number: /\bAADSTS\d{4,8}\b/.exec(description ?? '')?.[0] ?? null,
  isFromTokenEndpoint,
})

/** The text for both logs of the operator, for example `invalid_client/AADSTS7000222`. */
export const entraReason = ({ error, number }: EntraError): string =>
  number === null ? error : `${error}/${number}`

/** What has to happen before the sign-in can work. */
type Kind =
  | 'CONSENT'
  | 'CANCELLED'
  | 'POLICY'
  | 'NOT_ALLOWED'
  | 'OPERATOR'
  | 'RETRY'
  | 'UNAVAILABLE'

/** @returns the kind of the error. The number decides, because it is more specific. */
export function kindOf({ error, number }: EntraError): Kind {
  const known = number === null ? undefined : kindByNumber.get(Number(number.slice(6)))
  return known ?? kindByError.get(error) ?? 'RETRY'
}

const kindByError = new Map<string, Kind>(
  Object.entries({
    access_denied: 'CANCELLED',
    consent_required: 'CONSENT',
    interaction_required: 'RETRY',
    login_required: 'RETRY',
    account_selection_required: 'RETRY',
    invalid_grant: 'RETRY',
    invalid_client: 'OPERATOR',
    unauthorized_client: 'OPERATOR',
    invalid_request: 'OPERATOR',
    invalid_resource: 'OPERATOR',
    invalid_scope: 'OPERATOR',
    unsupported_grant_type: 'OPERATOR',
    unsupported_response_type: 'OPERATOR',
    server_error: 'UNAVAILABLE',
    temporarily_unavailable: 'UNAVAILABLE',
  }),
)

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const numbers: Record<Kind, readonly number[]> = {
  // No consent of a user or an admin, and requests for consent that wait for an admin.
  CONSENT: [65001, 90008, 90093, 90094, 90095, 90097],
  CANCELLED: [65004],
  // Conditional Access, risk, devices, and access settings between organizations.
  POLICY: [
    50005, 50097, 50131, 50158, 53000, 53001, 53002, 53003, 53004, 53008, 53009, 53010, 53011,
    500021, 500022, 500212, 500213, 530001, 530002, 530003, 530004, 530021, 530022, 530031, 530032,
    530034, 530035,
  ],
  // The account or the application is disabled, or the account is not assigned to the application.
  NOT_ALLOWED: [50020, 50034, 50053, 50057, 50105, 51004, 90072, 7000112],
  // The redirect URI, the client ID, the account types or the client secret of the registration.
  OPERATOR: [
    50011, 50194, 65005, 500011, 500113, 650052, 650056, 650057, 700016, 700025, 700027, 700030,
    7000215, 7000216, 7000218, 7000222, 90009, 900144,
  ],
  // Expired and used codes, and sign-ins that need another factor or new credentials.
  RETRY: [50055, 50058, 50072, 50074, 50076, 50078, 50079, 50089, 50140, 50173, 54005, 70008],
  UNAVAILABLE: [50196, 90006, 90033, 90055],
}

const kindByNumber = new Map(
  (Object.keys(numbers) as Kind[]).flatMap((kind) =>
    numbers[kind].map((number): [number, Kind] => [number, kind]),
  ),
)

/** The messages for the person who signs in, who is often an admin of the organization. */
export const entraMessages: Record<Kind, string> = {
  CONSENT:
    'Your organization has not consented to this application. Ask a Global Administrator to sign in here once and to consent on behalf of the organization, or to approve the request in the Microsoft Entra admin center. Then sign in again.',
  CANCELLED: 'The sign-in was cancelled at Microsoft, or consent was declined. Start again.',
  POLICY:
    'A policy of your organization blocked this sign-in, for example Conditional Access. Use a device and a network that your organization allows, or ask an admin to look at the sign-in logs in the Microsoft Entra admin center.',
  NOT_ALLOWED:
    'Your organization does not let this account use this application. Ask an admin to check in the Microsoft Entra admin center that the account is enabled, and that the application is enabled and assigned to it (Enterprise applications).',
  OPERATOR:
    'Microsoft refused this service, because its registration at Microsoft is wrong or out of date. Give the support ID to the operator of the service. You cannot correct this yourself.',
  RETRY: 'Microsoft did not complete this sign-in. Start again from the sign-in page.',
  UNAVAILABLE: 'Microsoft cannot complete sign-ins at the moment. Try again in a few minutes.',
}
