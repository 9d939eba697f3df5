import type { Condition, Query, RowsQuery } from '../../metrics/query.ts'
import { parseCondition, parseParameters, processPart, scopeOf } from '../../pages/parameters.ts'
import { refuse } from './problem.ts'

/** `channel=chat,email`, `market!=DE`, `age=30..39`, `team=`: the words of the command line and of a page's address. */
function readCondition(text: string): Condition {
  const condition = parseCondition(text)
  if (condition) return condition
  throw refuse(
    'condition-malformed',
    'A condition in "where" does not read.',
    'Write channel=chat,email or market!=DE.',
  )
}

/** A query in the address: `?metrics=csat_mean&by=channel&where=market!=DE&from=2026-01-01`. */
export function readQuery(search: URLSearchParams): unknown {
  return defined<Query>({
    metrics: list(search, 'metrics'),
    by: list(search, 'by'),
    where: conditions(search),
    range: rangeOf(search),
    grain: text(search, 'grain') as Query['grain'],
    compare: text(search, 'compare') as Query['compare'],
    as_of: text(search, 'as_of'),
    order: orderOf(search),
    limit: count(search),
  })
}

/** The filters and dates of a page, for a question about the same rows. */
export function readScope(search: URLSearchParams): Pick<Query, 'where' | 'range' | 'as_of'> {
  return scopeOf({ ...parseParameters(String(search)).parameters, compare: undefined })
}

/** Rows in the address: `?table=cases&where=channel=chat&metric=csat_mean:denominator&order=-created_at`. */
export function readRowsQuery(search: URLSearchParams): unknown {
  return defined<RowsQuery>({
    table: text(search, 'table') ?? '',
    columns: list(search, 'columns'),
    where: conditions(search),
    range: rangeOf(search),
    metric: partOf(search),
    check: text(search, 'check'),
    process: processPart(text(search, 'process')),
    as_of: text(search, 'as_of'),
    search: text(search, 'search'),
    order: orderOf(search),
    limit: count(search),
    cursor: text(search, 'cursor'),
  })
}

function text(search: URLSearchParams, name: string): string | undefined {
  return search.get(name) || undefined
}

/** Repeated, or with commas. */
function list(search: URLSearchParams, name: string): string[] {
  return search.getAll(name).flatMap((value) => value.split(',').filter(Boolean))
}

function conditions(search: URLSearchParams): Condition[] {
  return search.getAll('where').map(readCondition)
}

function rangeOf(search: URLSearchParams): Query['range'] {
  const from = text(search, 'from')
  const to = text(search, 'to')
  return from || to ? { ...(from && { from }), ...(to && { to }) } : undefined
}

/** `-created_at` is descending. */
function orderOf(search: URLSearchParams): Query['order'] {
  const order = text(search, 'order')
  if (!order) return undefined
  return order.startsWith('-') ? { by: order.slice(1), descending: true } : { by: order }
}

function count(search: URLSearchParams): number | undefined {
  const limit = text(search, 'limit')
  return limit === undefined ? undefined : Number(limit)
}

/** `csat_mean:numerator`; the metric's own variant stays before the last colon. */
function partOf(search: URLSearchParams): RowsQuery['metric'] {
  const metric = text(search, 'metric')
  if (!metric) return undefined
  const at = metric.lastIndexOf(':')
  const part = metric.slice(at + 1)
  if (at > 0 && (part === 'numerator' || part === 'denominator' || part === 'population'))
    return { id: metric.slice(0, at), part }
  return { id: metric, part: 'population' }
}

/** Without the parts that were not asked for. */
function defined<T extends object>(value: T): Partial<T> {
  const entries = Object.entries(value).filter(
    ([, part]) => part !== undefined && !(Array.isArray(part) && part.length === 0),
  )
  return Object.fromEntries(entries) as Partial<T>
}
