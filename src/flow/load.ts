import { RapportError } from '../errors.ts'
import { ident, type Sql, sql } from '../sql/sql.ts'
import type { Row, Store } from '../store/store.ts'
import { profileColumns, type SourceColumn } from './check/profile.ts'
import type { Fill } from './map/fill.ts'
import { clockColumns, landStatements, type Step } from './map/land-statements.ts'
import { sourceColumnsOf } from './map/source-columns.ts'
import type { Batch } from './sources/batch.ts'

/** One load, accounted for: `records = mapped + rejected + duplicate + superseded + skipped`. */
export interface Load {
  id: string
  source: string
  path: string
  name: string
  hash: string
  bytes: number
  form: string
  encoding: string
  pack: string
  fills: string
  records: number
  mapped: number
  rejected: number
  duplicate: number
  superseded: number
  skipped: number
}

/** What a load needs besides the batch: how it is mapped, and the strict reader for files that the engine reads otherwise. */
export interface LoadOrder {
  batch: Batch
  fill: Fill
  pack: string
  /** When it came, UTC. */
  landedAt: string
  repair: (batch: Batch) => Promise<Batch>
  /** Describe its columns? Not what a few records hold that are on their way into the next version. */
  profiled: boolean
}

/** Brings one batch into the model and accounts for every record; throws when one is unaccounted for. */
export async function loadBatch(store: Store, order: LoadOrder): Promise<Load> {
  const batch = await loadReadable(store, order)
  const { statements, queries } = landStatements(order.fill, batch, {
    dialect: store.dialect,
    there: await store.columns(),
  })
  const run = async (...steps: Step[]): Promise<void> => {
    for (const { step, sql: statement } of statements) if (steps.includes(step)) await store.run(statement)
  }
  await run('number')
  const [blank] = await store.rows(queries.blank)
  await run('blank', 'bad', 'reject', 'doubles', 'values')
  const fates = await store.rows(queries.doubles)
  // Before anything is derived: rows may be derived into the table of the records, and records may leave it.
  const [counts] = await store.rows(queries.counts)
  if (order.profiled)
    await profileColumns(store, order.fill.load, order.fill.table, await profiledColumns(store, order.fill))
  await run('derive', 'drop')
  const load = accountOf(batch, order, { ...counts, blank: Number(blank?.n ?? 0) })
  await settleFates(store, load, fates)
  assertConserved(load)
  await store.run(insertLoad(load, order.landedAt))
  return load
}

/** After the last load: the columns by which records of several loads were compared are no part of the model. */
export async function dropClocks(store: Store): Promise<void> {
  for (const [table, columns] of await store.columns())
    for (const column of clockColumns.filter((name) => columns.has(name)))
      await store.run(sql`ALTER TABLE ${ident('cx', table)} DROP COLUMN ${ident(column)}`)
}

/** Records that lost against another of their key: in this load, or in one before. */
async function settleFates(store: Store, load: Load, fates: Row[]): Promise<void> {
  for (const { load: id, fate, n } of fates) {
    const lost = fate === 'duplicate' ? 'duplicate' : 'superseded'
    if (id === load.id) load[lost] += Number(n)
    else
      await store.run(
        sql`UPDATE cx.loads SET mapped = mapped - ${Number(n)}, ${ident(lost)} = ${ident(lost)} + ${Number(n)} WHERE id = ${String(id)}`,
      )
  }
}

export function insertLoad(load: Load, landedAt: string): Sql {
  return sql`INSERT INTO cx.loads (id, source, path, hash, bytes, form, encoding, pack, fills, records, mapped, rejected, duplicate, superseded, skipped, landed_at)
    VALUES (${load.id}, ${load.source}, ${load.path}, ${load.hash}, ${load.bytes}, ${load.form}, ${load.encoding}, ${load.pack}, ${load.fills}, ${load.records}, ${load.mapped}, ${load.rejected}, ${load.duplicate}, ${load.superseded}, ${load.skipped}, CAST(${landedAt} AS TIMESTAMP))`
}

/**
 * The pass over the file. When the engine found other records than the independent count, the strict reader writes the file
 * out cleanly (what it cannot split becomes rejects) and the pass runs again: nothing is lost because two readers disagree.
 */
async function loadReadable(store: Store, order: LoadOrder): Promise<Batch> {
  let { batch } = order
  for (const attempt of ['as it is', 'repaired']) {
    if (attempt === 'repaired') batch = await order.repair(batch)
    const { statements, queries } = landStatements(order.fill, batch, {
      dialect: store.dialect,
      there: await store.columns(),
    })
    for (const { step, sql: statement } of statements) {
      if (step === 'helpers' || (step === 'load' && batch.readable > 0))
        await store.run(statement).catch((error: Error) => {
          if (attempt === 'repaired' || step !== 'load') throw error
        })
    }
    const loaded = Number((await store.rows(queries.loaded))[0]?.n ?? 0)
    if (loaded === batch.readable) return batch
    await store.run(sql`DELETE FROM ${ident('cx', order.fill.table)} WHERE load = ${order.fill.load}`)
  }
  throw new RapportError(
    {
      code: 'records-lost',
      message: `${batch.name} holds ${batch.records} records, but the engine reads others than the ${batch.readable} that can be read.`,
      where: batch.path,
      fix: 'Nothing was published. Save the file again as CSV in UTF-8 from the program that wrote it, and report this file to us.',
    },
    3,
  )
}

function accountOf(batch: Batch, order: LoadOrder, counts: Record<string, unknown>): Load {
  return {
    id: order.fill.load,
    source: order.fill.source,
    path: batch.path,
    name: batch.name,
    hash: batch.hash,
    bytes: batch.bytes,
    form: batch.form,
    encoding: batch.encoding,
    pack: order.pack,
    fills: order.fill.table,
    records: batch.records,
    mapped: Number(counts.mapped ?? 0),
    rejected: Number(counts.rejected ?? 0),
    duplicate: 0,
    superseded: 0,
    skipped: batch.skipped.blank + batch.skipped.footer + (batch.skipped.other ?? 0) + Number(counts.blank ?? 0),
  }
}

function assertConserved(load: Load): void {
  const accounted = load.mapped + load.rejected + load.duplicate + load.superseded + load.skipped
  if (accounted === load.records) return
  throw new RapportError(
    {
      code: 'records-unaccounted',
      message: `${load.name} holds ${load.records} records, but ${accounted} are accounted for (${load.mapped} mapped, ${load.rejected} rejected, ${load.duplicate} duplicate, ${load.superseded} superseded, ${load.skipped} skipped).`,
      where: load.path,
      fix: 'Nothing was published. This is a fault of Rapport: report it with the file, or one like it.',
    },
    3,
  )
}

/** Every source column with where its values stand, what it fills, and how many of its values could not be read. */
async function profiledColumns(store: Store, fill: Fill): Promise<SourceColumn[]> {
  const failed = await store.rows(
    sql`SELECT "column" AS name, count(*) AS n FROM cx.rejects WHERE load = ${fill.load} AND scope = 'value' GROUP BY 1`,
  )
  const failedOf = new Map(failed.map((row) => [String(row.name), Number(row.n)]))
  return sourceColumnsOf(fill, store.dialect).map((column) => ({
    ...column,
    fills: column.fills.map((each) => ({ ...each, failed: failedOf.get(column.name) ?? 0 })),
  }))
}
