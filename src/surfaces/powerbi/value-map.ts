import { mostGroups } from '../../metrics/compile.ts'
import type { MetricContext } from '../../metrics/context.ts'
import type { Dimension } from '../../metrics/dimension.ts'
import { labelsOf } from '../../metrics/labels.ts'
import { comparatorOf } from '../../metrics/order.ts'
import { raw, type Sql, sql } from '../../sql/sql.ts'
import type { Cell, Held } from '../../store/store.ts'
import { namesOf } from './names.ts'

/**
 * Values of a dimension with their keys, kept aside in the engine: `v` as text, `k` in their order, `label` as a reader sees it. Rows without a
 * value have a key too. Keys are numbers, because to Power BI two texts that differ in case alone are one.
 */
export interface ValueMap {
  held: Held
  labels: string[]
}

/** Values as text, each once, from a statement with a column `v`. Null where there are too many to choose from. */
export async function mapValues(values: Sql, dimension: Dimension, context: MetricContext): Promise<ValueMap | null> {
  const found = await context.store.rows(sql`SELECT DISTINCT v FROM (${values}) LIMIT ${raw(String(mostGroups + 1))}`)
  if (found.length > mostGroups) return null
  const cells = found.map(({ v }) => ({
    text: v === null || v === undefined ? null : String(v),
    cell: cellOf(v ?? null, dimension),
  }))
  const said = await labelsOf(
    dimension,
    cells.map(({ cell }) => cell),
    context,
  )
  const compare = comparatorOf(dimension)
  const name = namesOf()
  const rows = cells
    .toSorted((a, b) => compare(a.cell, b.cell) || compareTexts(a.text, b.text))
    .map(({ text, cell }, index) => ({
      v: text,
      k: index + 1,
      label: name(said[String(cell)] ?? '', text ?? undefined),
    }))
  const held = await context.store.hold(sql`SELECT ${raw('unnest')}(${rowsOf(rows)}, recursive := true)`)
  return { held, labels: rows.map(({ label }) => label) }
}

/** Of people and firms, who may be many and have no names here: numbered in the order of their ids. */
export async function mapKeys(values: Sql, context: MetricContext): Promise<ValueMap> {
  const held = await context.store.hold(
    sql`SELECT v, row_number() OVER (ORDER BY v NULLS LAST) AS k FROM (SELECT DISTINCT v FROM (${values}))`,
  )
  return { held, labels: [] }
}

function rowsOf(rows: { v: string | null; k: number; label: string }[]): Sql {
  const shape = '[{"v":"VARCHAR","k":"BIGINT","label":"VARCHAR"}]'
  return sql`from_json(CAST(${JSON.stringify(rows)} AS JSON), ${shape})`
}

function compareTexts(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0
}

function cellOf(value: Cell, { type }: Dimension): Cell {
  if (value === null) return null
  if (type === 'number') return Number(value)
  return type === 'boolean' ? value === 'true' || value === true : String(value)
}
