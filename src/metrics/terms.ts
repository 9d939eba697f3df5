import { checked } from '../config/check.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { tables } from '../model/tables.ts'
import { type Expression, tryExpression } from '../sql/expression.ts'
import { complain, type Place, type Term, type Terms } from './expressions.ts'
import { termsSchema } from './metric-file.ts'
import { mapColumns, pseudoColumns } from './reach.ts'

/**
 * The `terms:` of one file, for the expressions of that file: each with those that it reads written out. They may stand in any order.
 * Which columns they read is checked where they are used, for a term has no table of its own.
 */
export function readTerms(document: Document, problems: Problem[]): Terms {
  const place: Place = { document, path: ['terms'], problems, terms: new Map() }
  const given = (document.value as { terms?: unknown } | null)?.terms
  const texts = given === undefined ? {} : (checked(termsSchema, given, document, problems, place.path) ?? {})
  const parsed = new Map<string, Expression>()
  for (const [name, text] of Object.entries(texts)) {
    const at = { ...place, path: ['terms', name] }
    const expression = isFree(name, at) && tryExpression(text, document.where(at.path), problems)
    if (expression) parsed.set(name, expression)
  }
  const terms = new Map<string, Term>()
  for (const name of Object.keys(texts)) {
    // One that is at fault stays known by its name: what reads it is not at fault as well.
    const expression = parsed.has(name) ? writtenOut(name, parsed, [], place) : null
    terms.set(name, {
      expression: expression ?? { kind: 'literal', value: null },
      where: document.where(['terms', name]),
    })
  }
  return terms
}

/** A name that is a column too would leave open which is meant. */
function isFree(name: string, place: Place): boolean {
  const table = tables.find(({ columns }) => columns.some((each) => each.name === name))
  if (!table && !pseudoColumns.includes(name)) return true
  complain(
    place,
    'term-is-column',
    `The term "${name}" has the name of a column${table ? ` of ${table.name}` : ''}.`,
    'Give the term another name.',
  )
  return false
}

/** The term with those that it reads in their places; null, with a problem, for a term of a circle. */
function writtenOut(
  name: string,
  parsed: ReadonlyMap<string, Expression>,
  above: string[],
  place: Place,
): Expression | null {
  const path = [...above, name]
  if (above.includes(name)) {
    // Each term of the circle says it, those that lead into it do not.
    if (above[0] === name)
      complain(
        { ...place, path: ['terms', name] },
        'term-circular',
        `The term "${name}" reads itself: ${path.join(' -> ')}.`,
        'Write one of them without the other.',
      )
    return null
  }
  let whole = true
  const expression = mapColumns(parsed.get(name)!, (column) => {
    const [first = ''] = column.path
    if (!whole || column.path.length > 1 || !parsed.has(first)) return column
    const inner = writtenOut(first, parsed, path, place)
    whole &&= inner !== null
    return inner ?? column
  })
  return whole ? expression : null
}
