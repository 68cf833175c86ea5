/**
 * Shows links to the simulated partner portals, and the demo users with their passwords. It appears
 * only in the demo.
 */
import {
  Body1,
  Button,
  Card,
  CardHeader,
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
import type { Demo } from '../../app/page-data.ts'

const roleLabels: Record<string, string> = {
  GLOBAL_ADMIN: 'Global Admin',
  SPANNING_ADMIN: 'Spanning Admin',
  NONE: 'No admin role',
}

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  cell: { overflowWrap: 'anywhere' },
})

export default function DemoPanel({ demo }: { demo: Demo }) {
  const styles = useStyles()
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">Demo</Subtitle2>} />
      <Body1>Simulated partner portals:</Body1>
      <div className={styles.actions}>
        {demo.portals.map(({ name, url }) => (
          <Button key={url} as="a" href={url}>
            {name}
          </Button>
        ))}
      </div>
      <Body1>Users of the simulated Microsoft sign-in:</Body1>
      <Table size="small" aria-label="Users of the simulated Microsoft sign-in">
        <TableHeader>
          <TableRow>
            <TableHeaderCell>User name</TableHeaderCell>
            <TableHeaderCell>Password</TableHeaderCell>
            <TableHeaderCell>Role</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {demo.people.map(({ username, password, role }) => (
            <TableRow key={username}>
              <TableCell className={styles.cell}>{username}</TableCell>
              <TableCell className={styles.cell}>{password}</TableCell>
              <TableCell className={styles.cell}>{roleLabels[role] ?? role}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
