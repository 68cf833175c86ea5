/** Who may read what: a line per field. What has no line is denied. */
import { anyone, signedIn } from '../../platform/rules.ts'

export const permissions = {
  Query: {
    tenant: signedIn,
    activityEvent: signedIn,
  },
  Tenant: { id: anyone, activityLog: signedIn },
  ActivityEvent: { '*': signedIn },
  ActivityEventConnection: { '*': signedIn },
  ActivityEventEdge: { '*': signedIn },
  ActivityTarget: { '*': signedIn },
  FieldChange: { '*': signedIn },
  CoalescedAttempts: { '*': signedIn },
  Session: { id: signedIn },
  MicrosoftAdmin: { '*': signedIn },
  MicrosoftUser: { '*': signedIn },
  PartnerTechnician: { '*': signedIn },
  PartnerClient: { '*': signedIn },
  OperatorActor: { '*': signedIn },
  SystemActor: { '*': signedIn },
  AnonymousActor: { '*': signedIn },
  PageInfo: { '*': anyone },
}
