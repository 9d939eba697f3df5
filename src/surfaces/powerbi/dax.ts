import type { Expression } from '../../sql/expression.ts'
import type { Op } from '../../sql/ops.ts'

/** `'Cases'[Replies]`. */
export function daxColumn(table: string, column: string): string {
  return daxTable(table) + daxMeasure(column)
}

export function daxTable(table: string): string {
  return `'${table.replaceAll("'", "''")}'`
}

/** `[Reply rate]`. */
export function daxMeasure(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`
}

/**
 * A piece of DAX. DAX knows no third truth value, and takes a blank for 0 and for FALSE: so a condition is said twice, once true where SQL
 * says TRUE and once true where it says FALSE, and a value says when it is there.
 */
export type Dax = Truth | Value

export interface Truth {
  holds: string
  fails: string
}

export interface Value {
  text: string
  /** True where there is a value; null where there always is one. */
  known: string | null
  type: 'number' | 'boolean'
}

type DaxOperation = ((...args: Dax[]) => Dax | null) | { unsupported: string }

const isTruth = (dax: Dax): dax is Truth => 'holds' in dax

function truthOf(dax: Dax): Truth | null {
  if (isTruth(dax)) return dax
  return dax.type === 'boolean' ? { holds: `${dax.text} == TRUE()`, fails: `${dax.text} == FALSE()` } : null
}

function numberOf(dax: Dax): Value | null {
  return isTruth(dax) || dax.type === 'boolean' ? null : dax
}

const all = (parts: (string | null)[], between = ' && '): string => {
  const said = parts.filter((part) => part !== null)
  return said.length === 1 ? said[0]! : `(${said.join(between)})`
}

const ofTruths =
  (say: (a: Truth, b: Truth) => Truth): DaxOperation =>
  (...args) => {
    const [a, b] = args.map(truthOf)
    return a && b ? say(a, b) : null
  }

const ofNumbers =
  (say: (...args: Value[]) => Dax): DaxOperation =>
  (...args) => {
    const numbers = args.map(numberOf)
    return numbers.every((each) => each !== null) ? say(...numbers) : null
  }

/** `==` is strict: a blank is not 0. All others take it for 0, so both sides must be there. */
const compare = (symbol: string, opposite: string): DaxOperation =>
  ofNumbers((a, b) => {
    const guards = (used: string): (string | null)[] =>
      used === '==' && (a!.known === null || b!.known === null) ? [] : [a!.known, b!.known]
    const said = (used: string): string => all([...guards(used), `${a!.text} ${used} ${b!.text}`])
    return { holds: said(symbol), fails: said(opposite) }
  })

const arithmetic = (symbol: string): DaxOperation =>
  ofNumbers((a, b) => {
    const known = [a!.known, b!.known].filter((each) => each !== null)
    const text = `(${a!.text} ${symbol} ${b!.text})`
    if (known.length === 0) return { text, known: null, type: 'number' }
    return { text: `IF(${all(known)}, ${text})`, known: all(known), type: 'number' }
  })

const less = compare('<', '>=') as (a: Dax, b: Dax) => Truth
const more = compare('>', '<=') as (a: Dax, b: Dax) => Truth
const equal = compare('==', '<>') as (a: Dax, b: Dax) => Truth

const byExport = (what: string): { unsupported: string } => ({
  unsupported: `${what} is computed when the table is written: the measure reads it from a hidden column.`,
})

/** The column of DAX in the table of operations: what a measure may say about one row. What is not here is computed when the table is written. */
export const daxOps = {
  eq: compare('==', '<>'),
  ne: compare('<>', '=='),
  lt: compare('<', '>='),
  le: compare('<=', '>'),
  gt: compare('>', '<='),
  ge: compare('>=', '<'),
  and: ofTruths((a, b) => ({ holds: `(${a.holds} && ${b.holds})`, fails: `(${a.fails} || ${b.fails})` })),
  or: ofTruths((a, b) => ({ holds: `(${a.holds} || ${b.holds})`, fails: `(${a.fails} && ${b.fails})` })),
  not: (a) => {
    const truth = a && truthOf(a)
    return truth ? { holds: truth.fails, fails: truth.holds } : null
  },
  add: arithmetic('+'),
  sub: arithmetic('-'),
  mul: arithmetic('*'),
  negate: ofNumbers((a) => {
    const text = `(0 - ${a!.text})`
    return { text: a!.known === null ? text : `IF(${a!.known}, ${text})`, known: a!.known, type: 'number' }
  }),
  div: ofNumbers((a, b) => {
    const text = `DIVIDE(${a!.text}, ${b!.text})`
    return { text, known: `NOT ISBLANK(${text})`, type: 'number' }
  }),
  is_null: (a) =>
    a && !isTruth(a) && a.known !== null ? { holds: `ISBLANK(${a.text})`, fails: `NOT ISBLANK(${a.text})` } : null,
  is_not_null: (a) =>
    a && !isTruth(a) && a.known !== null ? { holds: `NOT ISBLANK(${a.text})`, fails: `ISBLANK(${a.text})` } : null,
  between: ofNumbers((a, low, high) => ({
    holds: `(${less(a!, low!).fails} && ${more(a!, high!).fails})`,
    fails: `(${less(a!, low!).holds} || ${more(a!, high!).holds})`,
  })),
  in_list: ofNumbers((a, ...list) => {
    const each = list.map((one) => equal(a!, one))
    return {
      holds: all(
        each.map(({ holds }) => holds),
        ' || ',
      ),
      fails: all(each.map(({ fails }) => fails)),
    }
  }),
  coalesce: (...args) => {
    const numbers = args.map(numberOf)
    if (numbers.every((each) => each !== null)) {
      const text = `COALESCE(${numbers.map((each) => each.text).join(', ')})`
      const certain = numbers.some(({ known }) => known === null)
      return { text, known: certain ? null : `NOT ISBLANK(${text})`, type: 'number' }
    }
    const truths = args.map(truthOf)
    if (truths.some((each) => each === null)) return null
    return (truths as Truth[]).reduceRight((rest, one) => ({
      holds: `(${one.holds} || (NOT (${one.fails}) && ${rest.holds}))`,
      fails: `(${one.fails} || (NOT (${one.holds}) && ${rest.fails}))`,
    }))
  },
  contains: byExport('A search in a text'),
  lower: byExport('Text, which DAX compares without regard to case,'),
  concat: byExport('Text, which DAX compares without regard to case,'),
  to_text: byExport('Text, which DAX compares without regard to case,'),
  seconds_between: byExport('The time between two moments, whose seconds DAX keeps as fractions of days,'),
  days_between: byExport('The time between two days'),
  month: byExport('The month of a day'),
  quarter: byExport('The quarter of a day'),
  matches: byExport('A pattern, which DAX does not know,'),
} satisfies Partial<Record<Op, DaxOperation>>

/** What a measure says about the rows of a table: `table` is one, `value` is of one row. */
export const daxAggregates = {
  count: (table: string) => `COUNTROWS(${table})`,
  sum: (table: string, value: string) => `SUMX(${table}, ${value})`,
  avg: (table: string, value: string) => `AVERAGEX(${table}, ${value})`,
  quantile: (table: string, value: string, at = 0.5) =>
    at === 0.5 ? `MEDIANX(${table}, ${value})` : `PERCENTILEX.INC(${table}, ${value}, ${at})`,
  /** Of a column. */
  count_distinct: (column: string) => `DISTINCTCOUNTNOBLANK(${column})`,
} satisfies Partial<Record<Op, (table: string, value: string, at?: number) => string>>

/** An expression over one row as DAX; null where DAX cannot say it, or could be taken for something else. `column` is asked once for each that is read. */
export function daxOf(
  expression: Expression,
  column: (path: string[], test: 'null' | 'value') => Dax | null,
): Dax | null {
  const inside = (inner: Expression, test: 'null' | 'value' = 'value'): Dax | null => {
    switch (inner.kind) {
      case 'literal':
        return literalOf(inner.value)
      case 'column':
        return column(inner.path, test)
      case 'case':
        return caseOf(
          inner.branches.map(({ when, result }) => [inside(when), inside(result)]),
          inner.otherwise ? inside(inner.otherwise) : undefined,
        )
      case 'call': {
        const operation = (daxOps as Partial<Record<Op, DaxOperation>>)[inner.op]
        if (!operation || 'unsupported' in operation) return null
        const test = inner.op === 'is_null' || inner.op === 'is_not_null' ? 'null' : 'value'
        const args = inner.args.map((arg) => inside(arg, test))
        return args.every((arg) => arg !== null) ? operation(...args) : null
      }
    }
  }
  return inside(expression)
}

function literalOf(value: string | number | boolean | null): Dax | null {
  if (typeof value === 'number') return { text: String(value), known: null, type: 'number' }
  if (typeof value === 'boolean') return { holds: value ? 'TRUE()' : 'FALSE()', fails: value ? 'FALSE()' : 'TRUE()' }
  return null
}

function caseOf(branches: (Dax | null)[][], otherwise: Dax | null | undefined): Dax | null {
  if (otherwise === null) return null
  const read: { when: Truth; result: Dax }[] = []
  for (const [when, result] of branches) {
    const truth = when && truthOf(when)
    if (!truth || !result) return null
    read.push({ when: truth, result })
  }
  const fold = (of: (dax: Dax) => string | null, last: string | null): string | null => {
    let text = last
    for (const { when, result } of read.toReversed()) {
      const said = of(result)
      if (said === null) return null
      text = text === null ? `IF(${when.holds}, ${said})` : `IF(${when.holds}, ${said}, ${text})`
    }
    return text
  }
  const results = [...read.map(({ result }) => result), ...(otherwise ? [otherwise] : [])]
  if (results.every((each) => numberOf(each))) {
    const text = fold((dax) => numberOf(dax)?.text ?? null, otherwise ? (numberOf(otherwise)?.text ?? null) : null)
    const certain = otherwise !== undefined && results.every((each) => numberOf(each)?.known === null)
    return text === null ? null : { text, known: certain ? null : `NOT ISBLANK(${text})`, type: 'number' }
  }
  if (!results.every((each) => truthOf(each))) return null
  const side = (of: 'holds' | 'fails'): string | null =>
    fold((dax) => truthOf(dax)?.[of] ?? null, otherwise ? (truthOf(otherwise)?.[of] ?? null) : 'FALSE()')
  const [holds, fails] = [side('holds'), side('fails')]
  return holds !== null && fails !== null ? { holds, fails } : null
}

/** Where it is true, for a filter; null where DAX cannot say it. */
export function conditionOf(dax: Dax | null): string | null {
  return (dax && truthOf(dax)?.holds) ?? null
}

/** A number of one row; null where DAX cannot say it. */
export function amountOf(dax: Dax | null): Value | null {
  return dax && numberOf(dax)
}
