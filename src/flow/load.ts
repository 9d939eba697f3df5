import { RapportError } from '../errors.ts'
import { columnNamed } from '../model/tables.ts'
import { ident, literal, quoteIdentifier, sql } from '../sql/sql.ts'
import type { Store } from '../store/store.ts'
import { profileColumns, type SourceColumn } from './check/profile.ts'
import { type Fill, lineageOf } from './map/fill.ts'
import { landStatements } from './map/land-statements.ts'
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
  repair: (batch: Batch) => Promise<Batch>
}

/** Brings one batch into the model and accounts for every record; throws when one is unaccounted for. */
export async function loadBatch(store: Store, order: LoadOrder): Promise<Load> {
  const batch = await loadReadable(store, order)
  const { statements, queries } = landStatements(order.fill, batch, { dialect: store.dialect })
  for (const { step, sql: statement } of statements) {
    if (step !== 'helpers' && step !== 'load' && step !== 'derive' && step !== 'drop') await store.run(statement)
  }
  const fates = await store.rows(queries.doubles)
  for (const { step, sql: statement } of statements) if (step === 'derive') await store.run(statement)
  const [counts] = await store.rows(queries.counts)
  await profileColumns(store, order.fill.load, order.fill.table, await sourceColumnsOf(store, order.fill))
  for (const { step, sql: statement } of statements) if (step === 'drop') await store.run(statement)
  const load = accountOf(batch, order, counts ?? {})
  for (const { load: id, fate, n } of fates) {
    if (id === load.id) load[fate === 'duplicate' ? 'duplicate' : 'superseded'] += Number(n)
    else
      await store.run(
        sql`UPDATE cx.loads SET mapped = mapped - ${Number(n)}, ${ident(String(fate))} = ${ident(String(fate))} + ${Number(n)} WHERE id = ${String(id)}`,
      )
  }
  assertConserved(load)
  await store.run(sql`INSERT INTO cx.loads (id, source, path, hash, bytes, form, encoding, pack, fills, records, mapped, rejected, duplicate, superseded, skipped, landed_at)
    VALUES (${load.id}, ${load.source}, ${load.path}, ${load.hash}, ${load.bytes}, ${load.form}, ${load.encoding}, ${load.pack}, ${load.fills}, ${load.records}, ${load.mapped}, ${load.rejected}, ${load.duplicate}, ${load.superseded}, ${load.skipped}, now()::TIMESTAMP)`)
  return load
}

/**
 * The pass over the file. When the engine found other records than the independent count, the strict reader writes the file
 * out cleanly (what it cannot split becomes rejects) and the pass runs again: nothing is lost because two readers disagree.
 */
async function loadReadable(store: Store, order: LoadOrder): Promise<Batch> {
  let { batch } = order
  for (const attempt of ['as it is', 'repaired']) {
    if (attempt === 'repaired') batch = await order.repair(batch)
    const { statements, queries } = landStatements(order.fill, batch, { dialect: store.dialect })
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
    skipped: batch.skipped.blank + batch.skipped.footer,
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

/** Where the values of each source column are before helper columns go, with everything that they fill: for profile and lineage. */
async function sourceColumnsOf(store: Store, fill: Fill): Promise<SourceColumn[]> {
  const lineage = lineageOf(fill)
  const failed = await store.rows(
    sql`SELECT "column" AS name, count(*) AS n FROM cx.rejects WHERE load = ${fill.load} AND scope = 'value' GROUP BY 1`,
  )
  const failedOf = new Map(failed.map((row) => [String(row.name), Number(row.n)]))
  return fill.sourceColumns.map(({ name }) => {
    const fills = (lineage.get(name) ?? []).map(({ table, column, expression, place }) => ({
      column: `${table}.${column}`,
      expression,
      place,
      failed: failedOf.get(name) ?? 0,
    }))
    return { name, ...standing(fill, name), fills }
  })
}

/** The column of the main table that holds a source column's own values, typed: a link to another table does not. */
function standing(fill: Fill, name: string): Pick<SourceColumn, 'values' | 'type' | 'sensitivity'> {
  const own = [
    ...fill.columns.map((each) => ({ ...each, model: columnNamed(fill.table, each.name) })),
    ...fill.helpers.map((each) => ({ ...each, model: each.fills && columnNamed(each.fills.table, each.fills.column) })),
  ].find(({ lineage, model }) => model && !model.refers && lineage?.columns.length === 1 && lineage.columns[0] === name)
  if (own?.model) return { values: quoteIdentifier(own.name), type: own.model.type, sensitivity: own.model.sensitivity }
  const values = fill.unmapped.includes(name) ? attribute(name) : 'source_key'
  return { values, type: 'text', sensitivity: 'none' }
}

function attribute(name: string): string {
  return `json_extract_string(attributes, ${literal(`$."${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)})`
}
