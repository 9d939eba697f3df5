import type { Problem } from '../errors.ts'
import { raw, sql } from '../sql/sql.ts'
import type { Store } from '../store/store.ts'
import { unitIn } from './check/duration-unit.ts'
import { normaliseName } from './map/names.ts'
import { readSql } from './map/read-sql.ts'
import type { Batch } from './sources/batch.ts'

/** More columns or records than these are data and no description of columns. */
const MOST_COLUMNS = 12
const MOST_RECORDS = 2_000

/** How much of a list of names must be columns of another file. */
const KNOWN = 0.8
const FEWEST = 3

interface Described {
  /** What was set aside. */
  note: Problem
  /** Unit of each column that has one, as the dictionary states it. */
  units: { column: string; unit: string }[]
}

/** The unit of a column, as a dictionary states it. */
export type DeclaredUnit = Described['units'][number]

/** Units for the checks. The table is of this connection only: a store that was closed and opened has it no more. */
export async function declareUnits(store: Store, units: DeclaredUnit[]): Promise<void> {
  await store.run(sql`CREATE OR REPLACE TEMP TABLE declared_units ("column" VARCHAR, unit VARCHAR)`)
  for (const { column, unit } of units) await store.run(sql`INSERT INTO declared_units VALUES (${column}, ${unit})`)
}

/**
 * Files that only say what the columns of another one mean: a list of its names with types, units and sentences. They are kept
 * as they came and not loaded; the units that they state are for the checks.
 */
export async function setAsideDictionaries<Each extends { batch: Batch }>(
  store: Store,
  batches: Each[],
): Promise<{ kept: Each[]; units: DeclaredUnit[]; notes: Problem[] }> {
  const units: DeclaredUnit[] = []
  const kept: Each[] = []
  const notes: Problem[] = []
  for (const each of batches) {
    const others = batches.filter((other) => other !== each).map(({ batch }) => batch)
    const described = await dictionaryOf(store, each.batch, others)
    if (!described) {
      kept.push(each)
      continue
    }
    notes.push(described.note)
    units.push(...described.units)
  }
  return { kept, units, notes }
}

async function dictionaryOf(store: Store, batch: Batch, others: Batch[]): Promise<Described | null> {
  const isSmall = batch.columns.length >= 2 && batch.columns.length <= MOST_COLUMNS
  if (!isSmall || batch.records < FEWEST || batch.records > MOST_RECORDS || batch.records !== batch.readable)
    return null
  const wide = others.filter(({ columns }) => columns.length > batch.columns.length)
  if (wide.length === 0) return null
  const rows = await store.rows(sql`SELECT * FROM ${raw(readSql(batch))}`).catch(() => [])
  for (const name of batch.columns) {
    const names = rows.map((row) => normaliseName(String(row[name] ?? '')))
    const whole = wide.find(({ columns }) => covers(names, columns))
    if (!whole) continue
    const unit = batch.columns.find((column) => /\b(unit|units|unité|einheit|unidad)\b/i.test(column))
    return {
      note: {
        code: 'dictionary-set-aside',
        message: `${batch.name} says what the columns of ${whole.name} mean; it is kept and not loaded as data.`,
        where: batch.path,
        fix: 'Nothing is to be done. The units that it states are compared with the values.',
      },
      units: rows.flatMap((row) => {
        const stated = unit ? unitIn(String(row[unit] ?? '')) : null
        return stated ? [{ column: String(row[name]), unit: stated }] : []
      }),
    }
  }
  return null
}

/** Are nearly all of the names, each different, columns of the other file? */
function covers(names: string[], columns: string[]): boolean {
  const known = new Set(columns.map(normaliseName))
  const different = new Set(names)
  const found = [...different].filter((name) => known.has(name)).length
  return different.size === names.length && found >= FEWEST && found >= KNOWN * names.length
}
