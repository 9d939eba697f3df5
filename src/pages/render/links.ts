import {
  noParameters,
  type Parameters,
  parseConditions,
  parseParameters,
  printParameters,
  toggleCondition,
  withParameters,
} from '../parameters.ts'
import type { PageView } from '../view.ts'

/** Where a view stands: what links in it start from. */
export type Address = Pick<PageView, 'path' | 'query'>

/** What the address of this view says. */
export function parametersOf(view: Pick<Address, 'query'>): Parameters {
  return parseParameters(view.query).parameters
}

export function hrefWith(view: Address, change: Partial<Parameters>): string {
  return join(view.path, printParameters(withParameters(parametersOf(view), change)))
}

/** The address after a click on a value: what the browser does in place, a plain link does by loading. */
export function hrefFiltered(view: Address, filter: string): string {
  let { where } = parametersOf(view)
  for (const condition of parseConditions(filter)) {
    const [value] = condition.values
    const single = condition.op === 'in' && value !== undefined
    where = single ? toggleCondition(where, condition.dimension, String(value)) : [...where, condition]
  }
  return hrefWith(view, { where })
}

/** Another page about the same rows. */
export function hrefToPage(view: Address, path: string): string {
  const { where, from, to, as_of, compare } = parametersOf(view)
  return join(path, printParameters({ ...noParameters(), where, from, to, as_of, compare }))
}

function join(path: string, query: string): string {
  return query ? `${path}?${query}` : path
}
