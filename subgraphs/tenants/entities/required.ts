/**
 * Returns a row that a foreign key guarantees to exist.
 * @throws Error if the row is missing, which indicates a bug
 */
export function required<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('A row that a foreign key references is missing.')
  return row
}
