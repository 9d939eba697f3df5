import { readFile } from 'node:fs/promises'
import { sql } from '../sql/sql.ts'
import type { Store } from '../store/store.ts'
import { insertLoad, type Load } from './load.ts'
import type { RefusedSource } from './map-sources.ts'

/** Rows of one statement. */
const atOnce = 500

/** Accounts for what cannot be loaded: every record is a reject with its reason, as it came. */
export async function loadRefused(
  store: Store,
  id: string,
  landedAt: string,
  { batch, source, part, refused }: RefusedSource,
): Promise<Load> {
  const lines = part ? (await readFile(part.file, 'utf8')).split('\n').filter((line) => line !== '') : []
  const own = batch.records - batch.bad.length
  const rejects = [
    ...Array.from({ length: own }, (_, at) => ({
      record: at + 1,
      reason: refused.code,
      message: refused.message,
      raw: lines.length === own ? lines[at]!.slice(0, 2000) : null,
    })),
    ...batch.bad,
  ]
  for (let at = 0; at < rejects.length; at += atOnce) {
    const rows = rejects
      .slice(at, at + atOnce)
      .map(
        ({ record, reason, message, raw }) =>
          sql`(${id}, ${record}, NULL, 'record', NULL, ${reason}, ${message}, ${raw})`,
      )
    await store.run(sql`INSERT INTO cx.rejects (load, record, line, scope, "column", reason, message, raw)
      VALUES ${rows.reduce((all, row) => sql`${all}, ${row}`)}`)
  }
  const { path, name, hash, bytes, form, encoding, records } = batch
  const counts = { records, mapped: 0, rejected: records, duplicate: 0, superseded: 0, skipped: 0 }
  const load = { id, source: source.id, path, name, hash, bytes, form, encoding, pack: '', fills: '', ...counts }
  await store.run(insertLoad(load, landedAt))
  return load
}
