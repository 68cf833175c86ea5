/** Who may read what: a line per field. What has no line is denied. */
import { anyone, readsActivity } from '../../platform/rules.ts'

export const permissions = {
  Query: {
    tenant: readsActivity,
    activityEvent: readsActivity,
  },
  Tenant: { id: anyone, activityLog: readsActivity },
  ActivityEvent: { '*': readsActivity },
  ActivityEventConnection: { '*': readsActivity },
  ActivityEventEdge: { '*': readsActivity },
  ActivityTarget: { '*': readsActivity },
  FieldChange: { '*': readsActivity },
  CoalescedAttempts: { '*': readsActivity },
  Session: { id: readsActivity },
  MicrosoftAdmin: { '*': readsActivity },
  MicrosoftUser: { '*': readsActivity },
  PartnerTechnician: { '*': readsActivity },
  PartnerClient: { '*': readsActivity },
  ApiTokenActor: { '*': readsActivity },
  OperatorActor: { '*': readsActivity },
  SystemActor: { '*': readsActivity },
  AnonymousActor: { '*': readsActivity },
  PageInfo: { '*': anyone },
}
