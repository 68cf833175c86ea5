/** Returns a row that a foreign key guarantees. @throws Error (a bug) when it is missing. */
export function required<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('A row that a foreign key guarantees is missing.')
  return row
}
