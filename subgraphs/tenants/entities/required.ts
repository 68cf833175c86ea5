/**
 * Returns a row that must exist because of a foreign key.
 * @throws Error when the row is missing, which is a bug
 */
export function required<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('A row is missing although a foreign key refers to it.')
  return row
}
