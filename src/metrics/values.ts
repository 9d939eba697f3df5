import { say } from '../config/words.ts'
import { type Problem, RapportError } from '../errors.ts'
import { columnNamed, tables } from '../model/tables.ts'
import { wordsOf } from '../model/vocabularies.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Cell } from '../store/store.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import { labelsOf } from './labels.ts'
import { didYouMean } from './nearest.ts'
import { dimensionLabel } from './needs.ts'
import { comparatorOf } from './order.ts'
import { dimensionNamed, isMasked, type Plan, type Predicate } from './plan.ts'
import { reachOf } from './reach.ts'
import { type Memory, remember } from './remember.ts'
import { compileIn, fromSql, type Scope, scopeOf } from './scope.ts'

/** One value of a dimension, for a filter to offer. */
export interface DimensionValue {
  value: Cell
  label: string
  /** Rows of the table where the dimension lives. */
  count: number
}

/** Values of a dimension with how often each occurs: ordered ones in their order, others by size. */
export async function valuesOf(
  id: string,
  context: MetricContext,
  options: { search?: string; limit?: number; from?: string } = {},
): Promise<DimensionValue[]> {
  const problems: Problem[] = []
  const dimension = dimensionNamed(id, context, problems)
  if (!dimension) throw new RapportError(problems, 2)
  const from = options.from ?? homeOf(dimension, context)
  const reach = from ? reachOf(from, dimension, context.version.present) : null
  if (!from || !reach || reach.reads.some((column) => !context.version.present.has(column))) return []
  const scope = plainScope(from, context)
  const key = compileIn(scope, reach.expression)
  const shown = isMasked(dimension, context) ? operate(scope.dialect, 'mask_contacts', key) : key
  const search = options.search?.trim()
  const where = search ? sql`\nWHERE ${searchSql(dimension, reach.expression, shown, search, scope, context)}` : raw('')
  const rows = await context.store.rows(
    sql`SELECT ${raw(shown)} AS "value", count(*) AS "n"\nFROM ${raw(fromSql(scope))}${where}\nGROUP BY ${raw(key)}\nORDER BY "n" DESC, "value"\nLIMIT ${raw(String(Math.min(options.limit ?? 100, 1000)))}`,
  )
  const labels = await labelsOf(
    dimension,
    rows.map((row) => row.value ?? null),
    context,
  )
  const values = rows.map((row) => ({
    value: row.value ?? null,
    label: labels[String(row.value ?? null)] ?? '',
    count: Number(row.n),
  }))
  const compare = comparatorOf(dimension)
  return dimension.ordered ? values.sort((a, b) => compare(a.value, b.value)) : values
}

/** A name is searched where the viewer may read it; else the value itself. Labels by words are searched too. */
function searchSql(
  dimension: Dimension,
  expression: Predicate['expression'],
  shown: string,
  search: string,
  scope: Scope,
  context: MetricContext,
): Sql {
  const { dialect } = scope
  const readable = dimension.named && (dimension.named.sensitivity === 'none' || context.viewer.personalData === 'show')
  const name =
    readable && dimension.named && expression.kind === 'column'
      ? compileIn(scope, { ...expression, path: [...expression.path, dimension.named.column] })
      : shown
  const text = operate(dialect, 'lower', operate(dialect, 'to_text', name))
  const words = wordsOf(dimension.vocabulary ?? '').filter((word) =>
    say(context.words, `values.${dimension.vocabulary}.${word}`).toLowerCase().includes(search.toLowerCase()),
  )
  const byText = sql`contains(${raw(text)}, ${search.toLowerCase()})`
  return words.length > 0 ? sql`(${byText} OR ${raw(shown)} IN (${join(words.map((word) => sql`${word}`))}))` : byText
}

function plainScope(from: string, context: MetricContext): Scope {
  return scopeOf({ dialect: context.store.dialect, from, asOf: null, zone: context.version.zone })
}

/** The table on which the dimension is a column of its own and has values, else the one where it is declared. */
function homeOf(dimension: Dimension, { version }: MetricContext): string | null {
  if (dimension.table === '*') return null
  const { column } = dimension
  if (!column || version.present.has(`${dimension.table}.${column}`)) return dimension.table
  const other = tables.find(
    ({ name }) => columnNamed(name, column)?.dimension && version.present.has(`${name}.${column}`),
  )
  return other?.name ?? dimension.table
}

const seen: Memory<Set<string>> = new WeakMap()

/**
 * Are the values of the filters in the data? A name in place of an id is taken for it. A word of the vocabulary that does not
 * occur is a note; any other unknown value is thrown: a filter that silently matches nothing draws an empty page.
 */
export async function checkValues(plan: Plan, context: MetricContext): Promise<Problem[]> {
  const select = plan.selects[0]
  if (!select) return []
  const problems: Problem[] = []
  const notes: Problem[] = []
  for (const predicate of select.where) {
    if (!needsCheck(predicate)) continue
    const known = await knownValues(select.from, predicate, context)
    for (const value of predicate.condition.values) {
      if (known.has(String(value))) continue
      const unknown = unknownValue(predicate.dimension, String(value), context)
      if (wordsOf(predicate.dimension.vocabulary ?? '').includes(String(value))) notes.push(unknown)
      else
        problems.push({ ...unknown, fix: await suggestion(predicate.dimension, String(value), select.from, context) })
    }
  }
  if (problems.length > 0) throw new RapportError(problems, 2)
  return notes
}

function needsCheck({ condition, dimension }: Predicate): boolean {
  return (
    (condition.op === 'in' || condition.op === 'not_in') &&
    dimension.type === 'text' &&
    !condition.values.some((value) => String(value).includes('•••'))
  )
}

function unknownValue(dimension: Dimension, value: string, { words }: MetricContext): Problem {
  const values = { value, dimension: dimensionLabel(dimension, words) }
  return {
    code: 'value-unknown',
    message: say(words, 'say.metrics.value_unknown', values),
    where: dimension.id,
    fix: say(words, 'say.metrics.value_unknown.fix', values),
  }
}

/** Looked for where the dimension lives, and no further than its first row. */
function knownValues(from: string, { dimension, condition }: Predicate, context: MetricContext): Promise<Set<string>> {
  const home = reachOf(from, dimension, context.version.present)?.table ?? from
  return remember(seen, context.store, JSON.stringify([home, dimension.id, condition.values]), async () => {
    const scope = plainScope(home, context)
    const key = raw(compileIn(scope, dimension.expression))
    const one = condition.values.map(
      (value) => sql`(SELECT ${key} AS "value"\nFROM ${raw(fromSql(scope))}\nWHERE ${key} = ${value}\nLIMIT 1)`,
    )
    const rows = await context.store.rows(join(one, '\nUNION ALL\n'))
    return new Set(rows.map((row) => String(row.value)))
  })
}

async function suggestion(dimension: Dimension, value: string, from: string, context: MetricContext): Promise<string> {
  const values = await valuesOf(dimension.id, context, { from, limit: 1000 })
  const byName = values.find(({ label }) => label.toLowerCase() === value.toLowerCase())
  if (byName) return didYouMean(String(byName.value), [String(byName.value)], '')
  const known = values.flatMap((each) => (each.value === null ? [] : [String(each.value)]))
  return didYouMean(
    value,
    known,
    say(context.words, 'say.metrics.value_unknown.fix', { value, dimension: dimensionLabel(dimension, context.words) }),
  )
}
