import {
  noParameters,
  type Parameters,
  parseCondition,
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
  const condition = parseCondition(filter)
  if (!condition) return null
  const { where } = parameters()
  const [value] = condition.values
  if (condition.op !== 'in' || condition.values.length !== 1 || value === undefined)
    return hrefWith({ where: toggleWhole(where, printCondition(condition), exclude) })
  return hrefWith({ where: toggleCondition(where, condition.dimension, String(value), exclude) })
}

/** A band or "not set" is there or not: nothing to merge it with. */
function toggleWhole(where: Parameters['where'], text: string, exclude: boolean): Parameters['where'] {
  const rest = where.filter((each) => printCondition(each) !== text)
  const condition = parseCondition(text)
  if (rest.length < where.length || !condition) return rest
  if (!exclude) return [...rest, condition]
  const opposite = { is_null: 'not_null', not_null: 'is_null', in: 'not_in', not_in: 'in' } as const
  return condition.op === 'between' ? where : [...rest, { ...condition, op: opposite[condition.op] }]
}

export function hrefWithout(text: string): string {
  return hrefWith({ where: parameters().where.filter((each) => printCondition(each) !== text) })
}

/** Without filters and dates; what the page itself is about (its metric, its split, its key) stays. */
export function hrefCleared(): string {
  return hrefWith({ where: [], from: undefined, to: undefined })
}

/** Another page of the same question: filters and dates go along, what belongs to this page stays behind. */
export function hrefToPage(path: string): string {
  const { where, from, to, compare, as_of } = parameters()
  return hrefOf({ ...noParameters(), where, from, to, compare, as_of }, path)
}
