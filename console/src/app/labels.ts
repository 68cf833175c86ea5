/**
 * Labels for the codes of sign-in methods, roles and actors. If a code has no label, the page shows
 * the code.
 */
import type { AdminRole, LoginMethod, PartnerPlatform } from './viewer.graphql.ts'

export const methodLabels: Record<LoginMethod, string> = {
  MICROSOFT: 'Microsoft',
  KASEYA_VSA: 'Kaseya VSA',
  UNITRENDS_UNIVIEW: 'Unitrends UniView',
}
export const signInMethods = Object.keys(methodLabels) as LoginMethod[]

export const platformLabel = (platform: PartnerPlatform): string => methodLabels[platform]

const roleLabels: Record<AdminRole, string> = {
  GLOBAL_ADMIN: 'Global Admin',
  SPANNING_ADMIN: 'Spanning Admin',
}
export const roleLabel = (role: AdminRole): string => roleLabels[role]

const actorTypeLabels: Record<string, string> = {
  AnonymousActor: 'Not signed in',
  ApiTokenActor: 'API token',
  MicrosoftAdmin: 'Admin',
  MicrosoftUser: 'Microsoft user without admin role',
  OperatorActor: 'Service operator',
  PartnerClient: 'Partner application',
  PartnerTechnician: 'Technician',
  SystemActor: 'Service',
}
export const actorTypeLabel = (typename: string): string => actorTypeLabels[typename] ?? typename
