import { addDays, endOf, type Grain, isoCalendar, lengthOf, startOf } from '../../calendar.ts'
import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import type { Dimension } from '../../metrics/dimension.ts'
import { firstDay } from '../../metrics/moving.ts'
import { dimensionLabel } from '../../metrics/needs.ts'
import { daySql, fromSql, scopeOf } from '../../metrics/scope.ts'
import { periodLabel } from '../../pages/charts/periods.ts'
import { columnsIn, compileExpression } from '../../sql/expression.ts'
import { operate } from '../../sql/ops.ts'
import { join, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Fact } from './fact.ts'
import { namesOf } from './names.ts'
import type { SemanticColumn, SemanticTable } from './semantic-model.ts'
import { mapValues } from './value-map.ts'

export interface DateTable {
  table: SemanticTable
  select: Sql
  day: string
  dayNumber: string
  release: () => Promise<void>
}

const grains = ['year', 'quarter', 'month', 'week'] as const
/** A slip of the pen in a date makes no table of thousands of years: such days have no place in the calendar. */
const mostYears = 100

/** Every day from the first to the last of any fact, in whole years, with the names of its periods. */
export async function readDateTable(
  times: ReadonlyMap<Fact, string[]>,
  now: string,
  name: (wanted: string) => string,
  context: MetricContext,
): Promise<DateTable> {
  const { words, store, version } = context
  const calendar = version.calendar ?? isoCalendar
  const found = await readEnds(times, context)
  const [first, last] = [[found?.from ?? now, now].sort()[0]!, [found?.to ?? now, now].sort().at(-1)!]
  const earliest = `${Number(now.slice(0, 4)) - mostYears}${now.slice(4)}`
  const latest = `${Number(now.slice(0, 4)) + mostYears / 10}${now.slice(4)}`
  const from = startOf(first < earliest ? earliest : first, 'year', calendar)
  const to = endOf(last > latest ? latest : last, 'year', calendar)
  const days = Array.from({ length: lengthOf({ from, to }) }, (_, index) => addDays(from, index))
  const rows = days.map((day) => dayRow(day, (grain) => startOf(day, grain, calendar), words))
  const shape = `[{"day":"DATE","number":"BIGINT",${grains.map((grain) => `"${grain}":"VARCHAR","${grain}_order":"BIGINT"`).join(',')}}]`
  const held = await store.hold(
    sql`SELECT ${raw('unnest')}(from_json(CAST(${JSON.stringify(rows)} AS JSON), ${shape}), recursive := true)`,
  )
  const own = namesOf()
  const label = (part: string): string => own(say(words, `say.powerbi.date.${part}`))
  const day = label('day')
  const dayNumber = own('day_number')
  const columns: SemanticColumn[] = [
    { name: day, source: 'day', type: 'date', key: true, format: 'yyyy-mm-dd', grain: 'day' },
    { name: dayNumber, source: 'number', type: 'int64', hidden: true },
  ]
  for (const grain of grains) {
    const order = own(`${grain}_order`)
    columns.push(
      { name: label(grain), source: grain, type: 'string', sortBy: order, grain },
      { name: order, source: `${grain}_order`, type: 'int64', hidden: true },
    )
  }
  const release = [() => held.release()]
  const selected = ['d.*']
  const joins: Sql[] = []
  for (const dimension of context.catalogue.dimensions.values()) {
    if (!isOfDay(dimension)) continue
    const value = operate(
      store.dialect,
      'to_text',
      compileExpression(dimension.expression, { dialect: store.dialect, column: () => 'd."day"' }),
    )
    const map = await mapValues(sql`SELECT ${raw(value)} AS v FROM ${held.table} AS d`, dimension, context)
    if (!map) continue
    release.push(() => map.held.release())
    const order = own(`${dimension.id}_order`)
    columns.push(
      {
        name: own(dimensionLabel(dimension, words), dimension.id),
        source: dimension.id,
        type: 'string',
        sortBy: order,
        dimension: dimension.id,
      },
      { name: order, source: `${dimension.id}_order`, type: 'int64', hidden: true },
    )
    const alias = quoteIdentifier(`of ${dimension.id}`)
    const sorted = dimension.id === 'weekday' ? `(${alias}.k + ${7 - calendar.weekStart}) % 7 + 1` : `${alias}.k`
    selected.push(
      `${alias}.label AS ${quoteIdentifier(dimension.id)}`,
      `${sorted} AS ${quoteIdentifier(`${dimension.id}_order`)}`,
    )
    joins.push(sql` LEFT JOIN ${map.held.table} AS ${raw(alias)} ON ${raw(alias)}.v = ${raw(value)}`)
  }
  const named = (grain: Grain): string => columns.find((column) => column.grain === grain)?.name ?? grain
  const levels = (...list: Grain[]) => list.map((grain) => ({ name: named(grain), column: named(grain) }))
  return {
    day,
    dayNumber,
    select: sql`SELECT ${raw(selected.join(', '))} FROM ${held.table} AS d${join(joins, '')} ORDER BY d."day"`,
    table: {
      name: name(say(words, 'say.powerbi.table.date')),
      file: 'dim_date.parquet',
      description: say(words, 'say.powerbi.date', { zone: version.zone }),
      isDate: true,
      columns,
      hierarchies: [
        { name: label('calendar'), levels: levels('year', 'quarter', 'month', 'day') },
        { name: label('weeks'), levels: levels('week', 'day') },
      ],
      measures: [],
    },
    release: async () => {
      for (const each of release) await each()
    },
  }
}

/** Does it say something of the day alone, whatever the row? */
function isOfDay({ table, expression }: Dimension): boolean {
  const read = columnsIn(expression)
  return table === '*' && read.length > 0 && read.every((path) => path.length === 1 && path[0] === 'local_day')
}

async function readEnds(times: ReadonlyMap<Fact, string[]>, { store }: MetricContext) {
  const parts = [...times].flatMap(([fact, list]) =>
    list.map((time) => {
      const scope = scopeOf({ ...fact.scope, time })
      const day = daySql(scope, time)
      return sql`SELECT ${raw(day)} AS "day" FROM ${raw(fromSql(scope))}`
    }),
  )
  if (parts.length === 0) return null
  const [row] = await store.rows(
    sql`SELECT CAST(min("day") AS VARCHAR) AS "from", CAST(max("day") AS VARCHAR) AS "to" FROM (${join(parts, ' UNION ALL ')})`,
  )
  return typeof row?.from === 'string' && typeof row.to === 'string' ? { from: row.from, to: row.to } : null
}

function dayRow(day: string, start: (grain: Grain) => string, words: Words): Record<string, string | number> {
  const row: Record<string, string | number> = { day, number: lengthOf({ from: firstDay, to: day }) - 1 }
  for (const grain of grains) {
    const first = start(grain)
    row[grain] = grain === 'week' ? formatDate(first, words) : labelOfPeriod(first, grain, words)
    row[`${grain}_order`] = Number(first.replaceAll('-', ''))
  }
  return row
}

/** A fiscal year is named by the years in which it begins and ends. */
function labelOfPeriod(first: string, grain: Grain, words: Words): string {
  const year = Number(first.slice(0, 4))
  if (grain === 'year' && !first.endsWith('-01-01')) return `${year}/${String(year + 1).slice(2)}`
  return periodLabel(first, grain, words)
}
