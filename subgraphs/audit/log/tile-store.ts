/**
 * Stores the hashes of a tenant's Merkle tree in the table audit.tile, in the layout of C2SP
 * tlog-tiles.
 */
import { and, eq, or, sql } from 'drizzle-orm'
import { tile } from '../../../drizzle/tables/audit.ts'
import type { ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import { equalBytes, utf8 } from '../../../proof/bytes.ts'
import { leafHash } from '../../../proof/merkle-tree.ts'
import { appendLeaves, type ReadTiles, tileWidth } from '../../../proof/tiles.ts'

const hashLength = 32

/**
 * Returns a function that reads tiles of the transaction's tenant. The function returns empty bytes
 * for a missing tile.
 */
export const tileReader =
  (tx: ReadTx): ReadTiles =>
  async (wanted) => {
    if (wanted.length === 0) return []
    const isWanted = wanted.map(({ level, index }) =>
      and(eq(tile.level, level), eq(tile.tileIndex, index)),
    )
    const rows = await tx
      .select()
      .from(tile)
      .where(or(...isWanted))
    const found = new Map(rows.map((row) => [`${row.level}/${row.tileIndex}`, row.hashes]))
    return wanted.map(({ level, index }) => found.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }

/** Appends leaf hashes to the tenant's tree of `treeSize` leaves. */
export async function storeLeaves(
  tx: WriteTx,
  tenantId: string,
  treeSize: number,
  leaves: Uint8Array[],
): Promise<void> {
  const tiles = await appendLeaves(treeSize, leaves, tileReader(tx))
  const values = tiles.map(({ level, index, hashes }) => ({
    tenantId,
    level,
    tileIndex: index,
    hashes: Buffer.from(hashes),
  }))
  await tx
    .insert(tile)
    .values(values)
    .onConflictDoUpdate({
      target: [tile.tenantId, tile.level, tile.tileIndex],
      set: { hashes: sql`excluded.hashes` },
    })
}

/**
 * Returns the rows whose events match the leaf hashes that the tree stores for their sequence
 * numbers.
 */
export async function withMatchingLeaf<Row extends { sequence: number; event: string }>(
  tx: ReadTx,
  rows: Row[],
): Promise<Row[]> {
  const tileOf = ({ sequence }: Row) => Math.floor((sequence - 1) / tileWidth)
  const indexes = [...new Set(rows.map(tileOf))]
  const tiles = await tileReader(tx)(indexes.map((index) => ({ level: 0, index })))
  const byIndex = new Map(indexes.map((index, position) => [index, tiles[position]]))
  return rows.filter((row) => {
    const at = ((row.sequence - 1) % tileWidth) * hashLength
    const stored = byIndex.get(tileOf(row))?.subarray(at, at + hashLength)
    return stored !== undefined && equalBytes(leafHash(utf8(row.event)), stored)
  })
}
