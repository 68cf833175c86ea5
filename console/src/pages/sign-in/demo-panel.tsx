/** In development: where the partner's side is, and who is who at the stand-in of Entra ID. */
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

const roles: Record<string, string> = {
  GLOBAL_ADMIN: 'Global Admin',
  SPANNING_ADMIN: 'Spanning Admin',
  NONE: 'no admin',
}

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  table: { overflowX: 'auto' },
  cell: { overflowWrap: 'anywhere' },
})

export default function Stage({ demo }: { demo: Demo }) {
  const styles = useStyles()
  return (
    <Card>
      <CardHeader header={<Subtitle2 as="h2">The demo</Subtitle2>} />
      <Body1>The partner’s side, played by stand-ins:</Body1>
      <div className={styles.actions}>
        {demo.portals.map(({ name, url }) => (
          <Button key={url} as="a" href={url}>
            {name}
          </Button>
        ))}
      </div>
      <Body1>Who can sign in with Microsoft, at a stand-in too:</Body1>
      <Table size="small" aria-label="Who can sign in with Microsoft in the demo">
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
              <TableCell className={styles.cell}>{roles[role] ?? role}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
