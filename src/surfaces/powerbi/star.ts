import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { literal, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Star } from './build-model.ts'

/** Writes the tables of a star as Parquet, one file each, in an order that is the same each time. The store must be open for this folder. */
export async function writeTables(star: Star, folder: string, store: Store): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  for (const { file, select } of star.files) {
    const path = raw(literal(join(folder, file)))
    await store.run(sql`COPY (${select}) TO ${path} (FORMAT parquet, COMPRESSION snappy)`)
  }
  return star.files.map(({ file }) => file)
}
