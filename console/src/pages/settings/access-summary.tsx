/** Shows which partner gets access, and on which terms. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { Fragment } from 'react'
import { platformLabel } from '../../app/labels.ts'
import type { PartnerPlatform } from '../../app/viewer.graphql.ts'
import type { Access } from './access-fields.tsx'

const useStyles = makeStyles({
  facts: {
    display: 'grid',
    gridTemplateColumns: 'fit-content(10rem) minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
    margin: 0,
    overflowWrap: 'anywhere',
  },
  label: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0 },
})

export interface Partner {
  clientId: string
  name: string
  platform: PartnerPlatform
  /** The registered address of the VSA server or UniView portal. */
  issuer: string
}

export function AccessSummary({ partner, access }: { partner: Partner; access: Access }) {
  const styles = useStyles()
  const facts = {
    Partner: `${partner.name}, ${platformLabel(partner.platform)}`,
    Address: partner.issuer,
    'Client ID': partner.clientId,
    Technicians: techniciansText(access),
    MFA: mfaText(access),
  }
  return (
    <dl className={styles.facts}>
      {Object.entries(facts).map(([label, value]) => (
        <Fragment key={label}>
          <dt className={styles.label}>{label}</dt>
          <dd className={styles.value}>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

const techniciansText = ({ allowedTechnicians }: Access) =>
  allowedTechnicians ? `Only ${allowedTechnicians.join(', ')}` : 'All technicians of this partner'

const mfaText = ({ mfaMaxAgeMinutes }: Access) =>
  mfaMaxAgeMinutes
    ? `Required within ${mfaMaxAgeMinutes} minutes before sign-in`
    : 'Not required by this tenant'
