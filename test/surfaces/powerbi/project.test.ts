import { beforeAll, describe, expect, test } from 'vitest'
import type { MetricCatalogue } from '../../../src/metrics/context.ts'
import type { MetricCell } from '../../../src/metrics/frame.ts'
import { componentsOf, isMoving } from '../../../src/metrics/metric.ts'
import type { Query } from '../../../src/metrics/query.ts'
import { runQuery } from '../../../src/metrics/run.ts'
import { valuesOf } from '../../../src/metrics/values.ts'
import { literal } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { type Filters, measuresOf, type Scalar } from './dax-value.ts'
import {
  checkAgain,
  checkMasked,
  checkNames,
  checkRead,
  checkReferences,
  checkSources,
  readBack,
} from './project-checks.ts'
import { filesIn, inLanguage, type Starred, starOf } from './starred.ts'
import { allOf } from './tmdl-reader.ts'

/** Each measure of the model, computed over the exported files by a reader of DAX of its own, beside the answer of the product. */
const demos: { demo: string; rows: number; by: string[]; range: { from: string; to: string } }[] = [
  { demo: 'customer-first', rows: 400, by: ['channel', 'age_band'], range: { from: '2023-05-31', to: '2023-06-01' } },
  { demo: 'success-team', rows: 400, by: ['medium', 'team'], range: { from: '2024-01-01', to: '2024-03-31' } },
  { demo: 'wealth', rows: 150, by: ['product', 'segment'], range: { from: '2023-02-01', to: '2023-09-30' } },
  { demo: 'touchpoints', rows: 500, by: ['channel', 'market'], range: { from: '2024-01-15', to: '2024-02-10' } },
  { demo: 'experience', rows: 400, by: ['priority', 'segment'], range: { from: '2025-02-03', to: '2025-04-20' } },
]

describe.each(demos)('$demo', ({ demo, rows, by, range }) => {
  let starred: Starred
  let files: Store
  beforeAll(async () => {
    starred = await starOf(demo, rows)
    files = await filesIn(starred)
  }, 60_000)

  test('what is written reads back, and names nothing that is not there', async () => {
    const read = readBack(starred)
    checkRead(starred, read)
    checkNames(read)
    checkReferences(read)
    await checkSources(read, files)
    await checkMasked(starred, files)
  }, 60_000)

  test('every measure says what a query says: of all, of days, of parts', async () => {
    const { context, model } = starred
    const measure = measuresOf(model, files)
    const measures = model.tables.flatMap((table) => table.measures).filter(({ metric }) => !metric.includes('#'))
    const metrics = measures.map(({ metric }) => metric)
    const told: string[] = []
    let numbers = 0

    const compare = async (place: string, filters: Filters, query: Omit<Query, 'metrics'>, but = new Set<string>()) => {
      const { rows: answer } = await runQuery({ metrics, ...query }, context)
      const found = await Promise.all(measures.map(({ name }) => measure(name, filters)))
      metrics.forEach((metric, at) => {
        const cell = answer[0]?.[metric] as MetricCell
        const isCount = ['count', 'distinct', 'stock'].includes(context.catalogue.metrics.get(metric)!.measure.kind)
        const difference = differs(found[at]!, cell, isCount)
        if (difference && !but.has(metric)) told.push(`${metric} ${place}: ${difference}`)
        if (cell.value !== null) numbers++
      })
    }

    await compare('of all', {}, {})
    const date = model.tables.find(({ isDate }) => isDate)!
    const days = `"day" BETWEEN DATE '${range.from}' AND DATE '${range.to}'`
    await compare(`from ${range.from} to ${range.to}`, { [date.name]: days }, { range })
    for (const [at, dimension] of by.entries()) {
      const table = model.tables.find(({ columns }) => columns.some((column) => column.dimension === dimension))!
      const column = table.columns.find((each) => each.dimension === dimension)!
      const values = (await valuesOf(dimension, context)).filter(({ value }) => value !== null)
      expect(values.length).toBeGreaterThan(1)
      // Not of the same place in the list for both: the first is the largest, the second is another's.
      const { value, label } = values[at]!
      const where = [{ dimension, op: 'in' as const, values: [value!] }]
      await compare(`${dimension} ${label}`, { [table.name]: `"${column.source}" = ${literal(label)}` }, { where })
    }
    const hours = model.tables.find(({ file }) => file === 'dim_hour.parquet')
    if (hours) {
      // Of the moment that is each metric's own; what is measured at a moment has no hour and is blank.
      const where = [{ dimension: 'hour', op: 'in' as const, values: [10] }]
      await compare('at 10', { [hours.name]: '"hour" = \'10:00\'' }, { where }, momentary(metrics, context.catalogue))
    }
    expect(told).toEqual([])
    // Blank beside unknown would agree as well: most are numbers.
    expect(numbers).toBeGreaterThan(metrics.length * 2)
  }, 60_000)

  if (demo === 'success-team') {
    test('written a second time it is the same, byte for byte', () => checkAgain(starred), 60_000)

    test('in French the names are French and the ids the same', async () => {
      const french = await inLanguage(starred, 'fr')
      const read = readBack(french)
      checkNames(read)
      checkReferences(read)
      const [names, before] = [french, starred].map(({ model }) =>
        model.tables.flatMap(({ name, columns }) => [name, ...columns.map((each) => each.name)]),
      )
      expect(names).toContain('Canal')
      expect(names).toHaveLength(before!.length)
      const tags = (of: Starred): string[] =>
        [...allOf(readBack(of).objects)].flatMap(({ properties }) => properties.lineageTag ?? []).sort()
      expect(tags(french)).toEqual(tags(starred))
      const { tables, without } = french.model
      const said = JSON.stringify([
        tables.map(({ description, measures }) => [description, measures.map((each) => each.description)]),
        without,
      ])
      expect(said).not.toMatch(/say\.|Number of|one row a/)
    }, 60_000)
  }
})

/** What is measured at a moment, and what is made of that. */
function momentary(ids: string[], { metrics }: MetricCatalogue): Set<string> {
  const moves = (id: string): boolean => {
    const metric = metrics.get(id)!
    return isMoving(metric.measure) || componentsOf(metric).some(moves)
  }
  return new Set(ids.filter(moves))
}

/** A count of nothing is blank; all else that is not known is, and nothing else. */
function differs(found: Scalar, { value, refused }: MetricCell, isCount: boolean): string | null {
  const says = `${found} in place of ${value}${refused ? ` (${refused.code})` : ''}`
  if (found === null || value === null) return found === value || (isCount && !found && !value) ? null : says
  return Math.abs(Number(found) - value) <= Math.max(1e-6, Math.abs(value) * 1e-9) ? null : says
}
