import { shiftPeriod, startOf } from '../calendar.ts'
import { RapportError } from '../errors.ts'
import { columnsIn, type Expression } from '../sql/expression.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { dayLiteral, join, literal, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Measure, Metric } from './metric.ts'
import { momentColumn } from './moment.ts'
import { asOfDay, type Select } from './plan.ts'
import { columnsOnPath } from './reach.ts'
import { compileIn, daySql, fromSql, type Scope } from './scope.ts'
import { bucketSql, keySql, populationSql, predicateSql, type Statistic, scopeFor } from './select-parts.ts'

/** Days are counted from here: what is multiplied and added up stays small. */
export const firstDay = '2000-01-01'

type Stocked = Extract<Measure, { kind: 'stock' | 'kept' }>

/** The last day that counts: the end of the range, else that of the now. */
export function lastDay(select: Pick<Select, 'days' | 'asOf' | 'zone'>): string | null {
  return select.days.to ?? asOfDay(select.asOf, select.zone)
}

/** Statistics of what is measured at a moment, in one reading of all rows: the range is in the conditions. */
export function momentStatistics(metric: Metric, select: Select, scope: Scope, population: string | null): Statistic[] {
  const { measure } = metric
  const { dialect } = scope
  const all = (...conditions: (string | null)[]): string =>
    conditions.filter((each) => each !== null).join(' AND ') || 'TRUE'
  const count = (condition: string): string => operate(dialect, 'count_if', all(population, condition))
  switch (measure.kind) {
    case 'stock': {
      const open = all(population, openSql(metric, select, scope))
      const of = measure.distinct && compileIn(scope, measure.distinct)
      const n = of
        ? operate(dialect, 'count_distinct', `CASE WHEN ${open} THEN ${of} END`)
        : operate(dialect, 'count_if', open)
      return [{ name: 'n', sql: n }]
    }
    case 'kept': {
      const { start, stayed } = keptConditions(measure, select, scope)
      return [
        { name: 'numerator', sql: count(stayed) },
        { name: 'denominator', sql: count(start) },
      ]
    }
    case 'level':
      return levelStatistics(measure.of, select, scope, population)
    default:
      return []
  }
}

/** Conditions on rows: those there at the start, and those of them there at the end. */
export interface Kept {
  start: string
  stayed: string
}

/**
 * E - N over S, where N are those of E who joined meanwhile: who came and left in between is in neither. Without a range, of all that
 * ever were there.
 */
export function keptConditions(
  measure: Extract<Measure, { kind: 'kept' }>,
  select: Pick<Select, 'days' | 'asOf' | 'zone'>,
  scope: Scope,
): Kept {
  const { open, opened, closed } = stockParts(measure, scope)
  const [from, to] = [select.days.from, lastDay(select)]
  const there = to ? `(${opened} <= ${dayLiteral(to)} AND (${open} OR ${closed} > ${dayLiteral(to)}))` : open
  if (!from)
    return {
      start: to ? `${opened} <= ${dayLiteral(to)}` : `${opened} IS NOT NULL`,
      stayed: `${opened} IS NOT NULL AND ${there}`,
    }
  const start = dayLiteral(from)
  return {
    start: `${opened} < ${start} AND (${open} OR ${closed} >= ${start})`,
    stayed: `${opened} < ${start} AND ${there}`,
  }
}

/** What was there before the range, what the range added, and when: enough for a level at its end, at its start, and on its mean day. */
function levelStatistics(of: Expression, select: Select, scope: Scope, population: string | null): Statistic[] {
  const { dialect } = scope
  const day = daySql(scope, select.time ?? '')
  const value = compileIn(scope, of)
  const [from, to] = [select.days.from, lastDay(select)]
  const until = to ? `${day} <= ${dayLiteral(to)}` : `${day} IS NOT NULL`
  const among = (condition: string, text: string): string =>
    `CASE WHEN ${population ? `${population} AND ` : ''}${condition} THEN ${text} END`
  const inside = from ? `${until} AND ${day} >= ${dayLiteral(from)}` : until
  const number = dayNumber(day, dialect)
  const sum = (condition: string, text: string): string => operate(dialect, 'sum', among(condition, text))
  const rows = select.rows ? sum(until, compileIn(scope, select.rows)) : operate(dialect, 'count', among(until, '1'))
  return [
    { name: 'n', sql: rows },
    ...(from ? [{ name: 'before', sql: sum(`${day} < ${dayLiteral(from)}`, value) }] : []),
    { name: 'sum', sql: sum(inside, value) },
    { name: 'moment', sql: sum(inside, momentSql(of, day, select, scope)) },
    {
      name: 'from',
      sql: from
        ? operate(dialect, 'max', dayNumber(dayLiteral(from), dialect))
        : operate(dialect, 'min', among(inside, select.rows ? dayNumber(compileIn(scope, firstOn), dialect) : number)),
    },
    { name: 'to', sql: operate(dialect, 'max', to ? dayNumber(dayLiteral(to), dialect) : among(inside, number)) },
  ]
}

/** The days of a month are gone from a roll-up: it keeps the first of them. */
const firstOn: Expression = { kind: 'column', path: ['first_on'], at: 0 }

/** A change times its day. A roll-up has the sum of those, because the days of its rows are gone. */
function momentSql(of: Expression, day: string, select: Select, scope: Scope): string {
  const kept = select.rows && momentColumn(select.from, of)
  if (kept) return compileIn(scope, { kind: 'column', path: [kept], at: 0 })
  return `(${compileIn(scope, of)}) * ${dayNumber(day, scope.dialect)}`
}

function dayNumber(day: string, dialect: Dialect): string {
  return operate(dialect, 'days_between', dayLiteral(firstDay), day)
}

/** Rows that a roll-up stands for. */
export function rowsSql(select: Select, scope: Scope): string {
  return operate(scope.dialect, 'sum', compileIn(scope, select.rows!))
}

function stockParts(measure: Stocked, scope: Scope): { open: string; opened: string; closed: string } {
  return {
    open: compileIn(scope, measure.open),
    opened: localDay(measure.opened!, scope),
    closed: localDay(measure.closed!, scope),
  }
}

/** A day as it is, a moment by its day in the reporting zone. */
function localDay(expression: Expression, scope: Scope): string {
  const compiled = compileIn(scope, expression)
  const [path] = columnsIn(expression)
  const isDay = path !== undefined && columnsOnPath(scope.from, path)?.at(-1)?.column.type === 'date'
  const local =
    isDay || scope.zone === 'UTC' ? compiled : operate(scope.dialect, 'to_local', compiled, literal(scope.zone))
  return operate(scope.dialect, 'date_of', local)
}

/**
 * Open at the end of the range, else now. What is open in the file was open ever since it began; what is closed was open until
 * its end. Without a beginning only the state of the file is known.
 */
export function openSql(metric: Metric, select: Select, scope: Scope): string {
  const { measure } = metric
  if (measure.kind !== 'stock') return 'TRUE'
  if (!measure.opened || !measure.closed || !select.days.to) return compileIn(scope, measure.open)
  const { open, opened, closed } = stockParts(measure, scope)
  const at = dayLiteral(select.days.to)
  return `${opened} <= ${at} AND (${open} OR ${closed} > ${at})`
}

/** What entered and left, or by how much it changed, in each period up to the last: running totals are what was there at each end. */
export function compileFlow(select: Select, dialect: Dialect): Sql {
  const metric = select.metrics[0]!
  const { measure } = metric
  if (measure.kind === 'level' || measure.kind === 'chained') return changesSql(metric, select, dialect)
  if ((measure.kind !== 'stock' && measure.kind !== 'kept') || !measure.opened || !measure.closed || !select.grain)
    throw new RapportError({
      code: 'stock-without-end',
      message: `${metric.id} has no moments at which a row enters and leaves.`,
      fix: 'Give stock.opened and stock.closed.',
    })
  const { grain, calendar } = select
  const bucket = (day: string): string => bucketSql(day, grain, calendar, dialect)
  /** Of those that left, those who were there when the period began are lost. */
  const side = (what: 'entered' | 'left'): Sql => {
    const scope = scopeFor(select, dialect)
    const { open, opened, closed } = stockParts(measure, scope)
    const day = what === 'entered' ? opened : closed
    const gone = what === 'left' ? [raw(`NOT coalesce(${open}, FALSE)`), raw(`${closed} IS NOT NULL`)] : []
    const ever = `${opened} IS NOT NULL AND (${open} OR ${closed} >= ${opened})`
    return periodsSql(
      select,
      scope,
      metric,
      day,
      [raw(ever), ...gone],
      [
        `${what === 'entered' ? operate(dialect, 'count') : '0'} AS "entered"`,
        `${what === 'left' ? operate(dialect, 'count') : '0'} AS "left"`,
        `${what === 'left' ? operate(dialect, 'count_if', `${bucket(opened)} < ${bucket(closed)}`) : '0'} AS "lost"`,
      ],
    )
  }
  return sql`${side('entered')}\nUNION ALL\n${side('left')}`
}

function changesSql(metric: Metric, select: Select, dialect: Dialect): Sql {
  const { measure } = metric
  if (measure.kind !== 'level' && measure.kind !== 'chained') return raw('')
  const scope = scopeFor(select, dialect)
  const day = daySql(scope, select.time ?? '')
  const value = compileIn(scope, measure.of)
  const sum = (text: string): string => operate(dialect, 'sum', text)
  const rows = select.rows ? rowsSql(select, scope) : operate(dialect, 'count')
  const gain = measure.kind === 'chained' ? [`${sum(compileIn(scope, measure.gain))} AS "gain"`] : []
  return periodsSql(
    select,
    scope,
    metric,
    day,
    [],
    [
      `${rows} AS "rows"`,
      `${sum(value)} AS "sum"`,
      `${sum(momentSql(measure.of, day, select, scope))} AS "moment"`,
      ...gain,
    ],
  )
}

function periodsSql(
  select: Select,
  scope: Scope,
  metric: Metric,
  day: string,
  conditions: Sql[],
  columns: string[],
): Sql {
  const keys = select.keys.map((key) => keySql(key, scope))
  const bucket = periodOf(day, select, scope.dialect)
  const population = populationSql(metric, scope)
  const end = lastDay(select)
  const where = [
    ...(population ? [raw(population)] : []),
    ...conditions,
    end ? sql`${raw(day)} <= CAST(${end} AS DATE)` : raw(`${day} IS NOT NULL`),
    ...select.where.map((each) => predicateSql(each, scope)),
  ]
  const shown = [`${bucket} AS "period"`, ...keys.map((key) => `${key.shown} AS ${key.name}`), ...columns]
  return sql`SELECT ${raw(shown.join(', '))}\nFROM ${raw(fromSql(scope))}\nWHERE ${join(where, '\n  AND ')}\nGROUP BY ${raw([bucket, ...keys.map((key) => key.sql)].join(', '))}`
}

/** The period of a day. Days of the first month before the range are given to the month before: they are there, and earn nothing in it. */
function periodOf(day: string, select: Select, dialect: Dialect): string {
  const { from } = select.days
  const bucket = bucketSql(day, select.grain!, select.calendar, dialect)
  const start = from && startOf(from, select.grain!, select.calendar)
  if (!from || !start || start === from) return bucket
  const before = dayLiteral(shiftPeriod(start, select.grain!, -1))
  return `CASE WHEN ${day} >= ${dayLiteral(start)} AND ${day} < ${dayLiteral(from)} THEN ${before} ELSE ${bucket} END`
}

/** Different values among what was open at the end of each period: rows meet the ends of the periods through which they were open. */
export function compilePeriods(select: Select, dialect: Dialect): Sql {
  const metric = select.metrics[0]!
  const { measure } = metric
  if (measure.kind !== 'stock' || !measure.distinct || !measure.opened || !measure.closed) return raw('')
  const scope = scopeFor(select, dialect)
  const keys = select.keys.map((key) => keySql(key, scope))
  const { open, opened, closed } = stockParts(measure, scope)
  const population = populationSql(metric, scope)
  const distinct = operate(dialect, 'count_distinct', compileIn(scope, measure.distinct))
  const periods = (select.periods ?? []).map(({ from, to }) => sql`(CAST(${from} AS DATE), CAST(${to} AS DATE))`)
  const where = [
    raw(`${opened} <= "at"."end"`),
    raw(`(${open} OR ${closed} > "at"."end")`),
    ...(population ? [raw(population)] : []),
    ...select.where.map((each) => predicateSql(each, scope)),
  ]
  const columns = [
    '"at"."start" AS "period"',
    ...keys.map((key) => `${key.shown} AS ${key.name}`),
    `${distinct} AS ${quoteIdentifier(`${metric.id}__n`)}`,
  ]
  const none = sql`(CAST(NULL AS DATE), CAST(NULL AS DATE))`
  return sql`SELECT ${raw(columns.join(', '))}\nFROM (VALUES ${periods.length > 0 ? join(periods) : none}) AS "at"("start", "end"), ${raw(fromSql(scope))}\nWHERE ${join(where, '\n  AND ')}\nGROUP BY ${raw(['"at"."start"', ...keys.map((key) => key.sql)].join(', '))}`
}
