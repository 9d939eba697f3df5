import type { Condition } from '../../metrics/query.ts'
import {
  noParameters,
  type Parameters,
  parseConditions,
  parseParameters,
  printCondition,
  printParameters,
  toggleCondition,
  withParameters,
} from '../../pages/parameters.ts'

/** What the address says now. */
export function parameters(): Parameters {
  return parseParameters(location.search).parameters
}

/** The page's address with one change. */
export function hrefWith(change: Partial<Parameters>, path = location.pathname): string {
  return hrefOf(withParameters(parameters(), change), path)
}

export function hrefOf(all: Parameters, path = location.pathname): string {
  const text = printParameters(all)
  return text ? `${path}?${text}` : path
}

/** Address after a click on something that stands for `channel=chat`: a second click takes it away again. */
export function hrefToggling(filter: string, exclude: boolean): string | null {
  const conditions = parseConditions(filter)
  if (conditions.length === 0) return null
  const where = conditions.reduce((all, condition) => toggled(all, condition, exclude), parameters().where)
  return hrefWith({ where })
}

const opposite = { is_null: 'not_null', not_null: 'is_null', in: 'not_in', not_in: 'in' } as const

/** One value joins or leaves the filter of its dimension; a band or "not set" is there or not. */
function toggled(where: Condition[], condition: Condition, exclude: boolean): Condition[] {
  const { dimension, op, values } = condition
  if (op === 'in' && values.length === 1) return toggleCondition(where, dimension, String(values[0]), exclude)
  if (exclude && op === 'between') return where
  const wanted = exclude && op !== 'between' ? { ...condition, op: opposite[op] } : condition
  const rest = where.filter((each) => printCondition(each) !== printCondition(wanted))
  return rest.length < where.length ? rest : [...rest, wanted]
}

export function hrefWithout(text: string): string {
  return hrefWith({ where: parameters().where.filter((each) => printCondition(each) !== text) })
}

/** Without filters and dates; what the page itself is about (its metric, its split, its key) stays. */
export function hrefCleared(): string {
  return hrefWith({ where: [], from: undefined, to: undefined })
}

/** The rows that a number is about, with the filters and dates of this page. */
export function hrefToRows(metric: string): string {
  const { where, from, to, compare, as_of } = parameters()
  return hrefOf({ ...noParameters(), where, from, to, compare, as_of, plain: { metric, part: 'population' } }, '/rows')
}

/** Another page of the same question: filters and dates go along, what belongs to this page stays behind. */
export function hrefToPage(path: string): string {
  const { where, from, to, compare, as_of } = parameters()
  return hrefOf({ ...noParameters(), where, from, to, compare, as_of }, path)
}

/** What a link said is now the viewer's own choice: the address must not say otherwise. */
export function forgetParameter(name: 'lang' | 'theme'): void {
  const url = new URL(location.href)
  if (!url.searchParams.has(name)) return
  url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
}
