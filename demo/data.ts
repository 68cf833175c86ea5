/**
 * The demo identities. They exist only in the demo, which uses the embedded database on a loopback
 * address. Their passwords are valid nowhere else.
 */
import type { NewTenant } from '../admin/tenants.ts'
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'

export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

export type DemoRole = 'GLOBAL_ADMIN' | 'SPANNING_ADMIN' | 'NONE'

interface Person {
  username: string
  objectId: string
  displayName: string
  password: string
  role: DemoRole
}

export interface DemoTenant extends NewTenant {
  people: Person[]
  /**
   * The client ID of the partner instance that is associated with the tenant at the first start, or
   * null. When set, the feature is also turned on, so that a partner can try the handoff
   * immediately.
   */
  openTo: string | null
}

const people = (domain: string, number: number, names: [string, string, string]): Person[] =>
  (['GLOBAL_ADMIN', 'SPANNING_ADMIN', 'NONE'] as const).map((role, index) => {
    const displayName = names[index]!
    const user = displayName.split(' ')[0]!.toLowerCase()
    const objectId = `0b1ec700-0000-4000-8000-00000000${number}00${index + 1}`
    return { username: `${user}@${domain}`, objectId, displayName, password: `${user}-demo`, role }
  })

const tenant = (
  number: number,
  name: string,
  domain: string,
  names: [string, string, string],
  openTo: string | null,
): DemoTenant => ({
  name,
  microsoftTenantId: `7e4a4700-0000-4000-8000-00000000000${number}`,
  domains: [domain],
  demo: true,
  people: people(domain, number, names),
  openTo,
})

export const demoTenants: DemoTenant[] = [
  tenant(
    1,
    'Contoso Dental',
    'contoso-dental.example',
    ['Grace Adeyemi', 'Samuel Ortiz', 'Nora Lind'],
    null,
  ),
  tenant(
    2,
    'Fabrikam Legal',
    'fabrikam-legal.example',
    ['Hiro Tanaka', 'Isla Murray', 'Omar Haddad'],
    null,
  ),
  tenant(
    3,
    'Adventure Freight',
    'adventure-freight.example',
    ['Petra Novak', 'Liam Walsh', 'Zoe Marchetti'],
    'northwind-vsa',
  ),
]

/**
 * The tenants of `npm run demo`. The demo's pages do not list them, so that people and the story do
 * not get into each other's way.
 */
export const storyTenants: DemoTenant[] = [
  tenant(
    4,
    'Litware Optics',
    'litware-optics.example',
    ['Ines Ferreira', 'Jonas Weber', 'Kaya Demir'],
    null,
  ),
  tenant(
    5,
    'Proseware Clinics',
    'proseware-clinics.example',
    ['Luca Bianchi', 'Mona Haugen', 'Pavel Dvorak'],
    null,
  ),
]

export interface DemoPartner {
  platform: PartnerPlatform
  name: string
  clientId: string
  issuer: string
  technicians: { sub: string; name: string; email: string }[]
}

export const demoPartners: DemoPartner[] = [
  {
    platform: 'KASEYA_VSA',
    name: 'Northwind IT (VSA)',
    clientId: 'northwind-vsa',
    issuer: 'https://vsa.northwind-it.example',
    technicians: [
      { sub: 'nw-1001', name: 'Ada Okafor', email: 'ada.okafor@northwind-it.example' },
      { sub: 'nw-1002', name: 'Ben Castellanos', email: 'ben.castellanos@northwind-it.example' },
    ],
  },
  {
    platform: 'UNITRENDS_UNIVIEW',
    name: 'Tailspin Managed (UniView)',
    clientId: 'tailspin-uniview',
    issuer: 'https://uniview.tailspin-managed.example',
    technicians: [
      { sub: 'ts-71', name: 'Mei Lindqvist', email: 'mei.lindqvist@tailspin-managed.example' },
      { sub: 'ts-72', name: 'Rafael Duarte', email: 'rafael.duarte@tailspin-managed.example' },
    ],
  },
]
