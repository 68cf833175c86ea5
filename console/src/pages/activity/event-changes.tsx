/**
 * Shows the fields that an event changed, with their values before and after the event, or the
 * fields that a read operation selected.
 */
import {
  makeStyles,
  Subtitle2,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components'
import { readFields } from './labels.ts'
import type { EventDetails } from './use-event.ts'

const useStyles = makeStyles({
  card: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  title: { margin: 0 },
  fields: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL, overflowWrap: 'anywhere' },
  table: { overflowX: 'auto' },
  cell: { overflowWrap: 'anywhere', verticalAlign: 'top', padding: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground2 },
  json: { fontFamily: tokens.fontFamilyMonospace, whiteSpace: 'pre-wrap' },
})

export function EventChanges({ event: { action, changes } }: { event: EventDetails }) {
  const styles = useStyles()
  if (!changes.length) return null
  if (action === 'operation.read')
    return (
      <section className={styles.card} aria-labelledby="fields-title">
        <Subtitle2 as="h2" id="fields-title" className={styles.title}>
          Viewed fields
        </Subtitle2>
        <ul className={styles.fields}>
          {readFields(changes).map((field) => (
            <li key={field}>{field}</li>
          ))}
        </ul>
      </section>
    )
  return (
    <section className={styles.card} aria-labelledby="changes-title">
      <Subtitle2 as="h2" id="changes-title" className={styles.title}>
        Changes
      </Subtitle2>
      <div className={styles.table}>
        <Table size="small" aria-labelledby="changes-title">
          <TableHeader>
            <TableRow>
              <TableHeaderCell>Field</TableHeaderCell>
              <TableHeaderCell>Before</TableHeaderCell>
              <TableHeaderCell>After</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {changes.map(({ field, before, after }) => (
              <TableRow key={field}>
                <TableCell className={styles.cell}>{field}</TableCell>
                <TableCell className={styles.cell}>
                  <Value value={before} />
                </TableCell>
                <TableCell className={styles.cell}>
                  <Value value={after} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </section>
  )
}

function Value({ value }: { value: unknown }) {
  const styles = useStyles()
  const isEmptyList = Array.isArray(value) && value.length === 0
  if (value === null || value === undefined || isEmptyList)
    return <span className={styles.muted}>None</span>
  if (typeof value === 'boolean') return value ? 'On' : 'Off'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.join(', ')
  return <span className={styles.json}>{JSON.stringify(value, null, 1)}</span>
}
