import { quoteIdentifier } from '../sql/sql.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import { invertIndependent } from '../stats/invert.ts'
import { discrimination } from '../stats/roc.ts'
import type { ChurnEvidence, ChurnRow } from './churn-evidence.ts'

/** One column of the model: a number in standard steps, that a number is not known, or that a customer is of a group. */
export type ChurnColumn = { id: string; of: string } & (
  | {
      kind: 'number'
      /** Place among the features. */
      at: number
      /** Taken as its logarithm, because few are very large. */
      log: boolean
      mean: number
      sd: number
    }
  | { kind: 'unknown'; at: number }
  | { kind: 'group'; at: number; level: string; base: string }
)

/** A field that was not learnt from because it gives leaving away. */
export interface Leak {
  /** Id of the feature, or column of customers. */
  field: string
  /** `known`: only those who left have it, or lack it. `value`: its value alone tells them apart. */
  by: 'known' | 'value'
  /** How well it alone tells leavers from the others: 1 is without fault. */
  auc: number
}

/** Above it, one field alone is no sign of leaving but a record of it. */
const tooGood = 0.98
const fewestOfAKind = 20
const mostGroups = 8
const smallestGroup = 0.02
const skewed = 1.5

/** Fields that tell leavers from others almost without fault: written after the leaving, whatever their name says. */
export function findLeaks({ features, profile, rows }: ChurnEvidence): Leak[] {
  const some = enoughOf(rows)
  const numbers = features.flatMap(({ id }, at) => {
    const known = knownLeak(id, rows, some, (row) => row.values[at] !== null)
    if (known) return [known]
    const auc = Math.max(...(['left', 'ever'] as const).map((target) => tells(some, (row) => row.values[at]!, target)))
    return auc > tooGood ? [{ field: id, by: 'value' as const, auc }] : []
  })
  const groups = profile.flatMap((column, at) => {
    const field = `customers.${column}`
    const known = knownLeak(field, rows, some, (row) => row.levels[at] !== null)
    if (known) return [known]
    const shares = new Map<string, { n: number; ever: number }>()
    for (const { levels, ever } of rows) {
      const key = levels[at] ?? ''
      const held = shares.get(key) ?? { n: 0, ever: 0 }
      shares.set(key, { n: held.n + 1, ever: held.ever + ever })
    }
    const rate = (row: ChurnRow) => {
      const { n, ever } = shares.get(row.levels[at] ?? '')!
      return ever / n
    }
    // Many small groups would tell leavers apart by chance alone.
    const large = some.filter((row) => shares.get(row.levels[at] ?? '')!.n >= fewestOfAKind)
    const auc = tells(large, rate, 'ever')
    if (auc > tooGood) return [{ field, by: 'value' as const, auc }]
    const own = [...shares.values()].some((each) => onlyLeavers(each, rows))
    return own ? [{ field, by: 'value' as const, auc }] : []
  })
  return [...numbers, ...groups]
}

const enough = 3000

/** As many of those who left and of those who stayed as it takes to see what is nearly without fault. */
function enoughOf(rows: ChurnRow[]): ChurnRow[] {
  return ([0, 1] as const).flatMap((ever) => {
    const held = rows.filter((row) => row.ever === ever)
    const step = Math.max(1, Math.ceil(held.length / enough))
    return held.filter((_, at) => at % step === 0)
  })
}

function knownLeak(
  field: string,
  rows: ChurnRow[],
  some: ChurnRow[],
  isKnown: (row: ChurnRow) => boolean,
): Leak | null {
  const auc = tells(some, (row) => (isKnown(row) ? 1 : 0), 'ever')
  const kinds = [true, false].map((known) => {
    const held = rows.filter((row) => isKnown(row) === known)
    return { n: held.length, ever: held.reduce((sum, { ever }) => sum + ever, 0) }
  })
  return auc > tooGood || kinds.some((each) => onlyLeavers(each, rows)) ? { field, by: 'known', auc } : null
}

/** Of a group large enough to tell, nearly all left at some time, while most customers did not. */
function onlyLeavers({ n, ever }: { n: number; ever: number }, rows: ChurnRow[]): boolean {
  const all = rows.reduce((sum, row) => sum + row.ever, 0) / rows.length
  return n >= fewestOfAKind && all < 0.7 && wilsonInterval(ever, n)!.low > 0.9
}

/** In either direction; 0.5 where it cannot be told. */
function tells(rows: ChurnRow[], score: (row: ChurnRow) => number | null, target: 'left' | 'ever'): number {
  const scored = rows.flatMap((row) => {
    const value = score(row)
    return value === null ? [] : [{ score: value, y: row[target] }]
  })
  const found = discrimination(scored)
  if (!found || found.outcomes < fewestOfAKind || found.others < fewestOfAKind) return 0.5
  return Math.max(found.value, 1 - found.value)
}

/** How many customers of one kind are drawn for another, so that means are those of all. */
export const weightOf = (row: ChurnRow, drawn: ChurnEvidence['drawn']): number =>
  1 / (row.left === 1 ? drawn.left : drawn.stayed)

/**
 * Columns of a model, those that most customers have first, no more than `room`: what leaves no room is left out without a look at who
 * left, so that nothing is chosen by chance.
 */
export function columnsOf(
  evidence: Pick<ChurnEvidence, 'features' | 'profile' | 'drawn'>,
  rows: ChurnRow[],
  leaks: Leak[],
  room: number,
): { columns: ChurnColumn[]; left_out: string[] } {
  const refused = new Set([
    ...leaks.map(({ field }) => field),
    ...evidence.features.flatMap(({ tells }) => tells ?? []),
  ])
  const seen = new Set<string>()
  const numbers = evidence.features.flatMap(({ id, unit, theme }, at) => {
    if (refused.has(id)) return []
    const number = numberColumn(id, at, unit !== 'ratio', rows, evidence.drawn)
    // Whether or not there was trouble is told as it is: yes against no.
    const column = number && theme === 'trouble' ? { ...number, sd: 1 } : number
    const missing = rows.reduce((sum, row) => sum + (row.values[at] === null ? 1 : 0), 0)
    const share = missing / rows.length
    const pattern = share > 0.01 && share < 0.99 ? rows.map((row) => (row.values[at] === null ? 1 : 0)).join('') : ''
    const isNew = pattern !== '' && !seen.has(pattern)
    if (isNew) seen.add(pattern)
    const unknown: ChurnColumn[] = isNew ? [{ id: `${id}.unknown`, of: id, kind: 'unknown', at }] : []
    return column ? [{ of: id, filled: 1 - share, columns: [column, ...unknown] }] : []
  })
  const groups = evidence.profile.flatMap((name, at) => {
    if (refused.has(`customers.${name}`)) return []
    const columns = groupColumns(name, at, rows)
    return columns.length > 0 ? [{ of: name, filled: 1, columns }] : []
  })
  const columns: ChurnColumn[] = []
  const leftOut: string[] = []
  for (const each of [...numbers, ...groups].toSorted((a, b) => b.filled - a.filled)) {
    if (columns.length + each.columns.length <= room) columns.push(...each.columns)
    else leftOut.push(each.of)
  }
  return { columns, left_out: leftOut }
}

function numberColumn(
  id: string,
  at: number,
  mayLog: boolean,
  rows: ChurnRow[],
  drawn: ChurnEvidence['drawn'],
): Extract<ChurnColumn, { kind: 'number' }> | null {
  const known = rows.filter((row) => row.values[at] !== null)
  const weights = known.map((row) => weightOf(row, drawn))
  const n = weights.reduce((sum, each) => sum + each, 0)
  const measure = (values: number[]) => {
    const about = (power: number, middle: number) =>
      values.reduce((sum, each, i) => sum + weights[i]! * (each - middle) ** power, 0) / n
    const mean = about(1, 0)
    const sd = Math.sqrt(about(2, mean))
    return { mean, sd, skew: about(3, mean) / sd ** 3 }
  }
  const values = known.map((row) => row.values[at]!)
  const plain = measure(values)
  if (known.length < fewestOfAKind || !(plain.sd > 1e-9 * Math.max(1, Math.abs(plain.mean)))) return null
  const log = mayLog && Math.abs(plain.skew) > skewed
  const { mean, sd } = log ? measure(values.map(signedLog)) : plain
  return { id, of: id, kind: 'number', at, log, mean, sd }
}

/** Groups of a profile column beside the largest; none where they are too many to tell. */
function groupColumns(name: string, at: number, rows: ChurnRow[]): ChurnColumn[] {
  const counts = new Map<string, number>()
  for (const { levels } of rows) {
    const level = levels[at]
    if (level != null) counts.set(level, (counts.get(level) ?? 0) + 1)
  }
  const large = [...counts]
    .filter(([, n]) => n >= Math.max(fewestOfAKind, smallestGroup * rows.length))
    .toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b))
  const covered = large.reduce((sum, [, n]) => sum + n, 0)
  if (large.length < 2 || large.length > mostGroups || covered < 0.8 * rows.length) return []
  const base = large[0]![0]
  return large.slice(1).map(([level]) => ({ id: `${name}=${level}`, of: name, kind: 'group', at, level, base }))
}

/** Less of its own than this share, and a column says what those before it say: a contact that is also a case. */
const ownLeast = 0.01

/** Columns without those that the ones before them make up, all but the share `least` of their variance. */
export function independentOf(columns: ChurnColumn[], rows: ChurnRow[], least = ownLeast): ChurnColumn[] {
  const size = columns.length + 1
  const products = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (const row of rows) {
    const x = [1, ...designOf(columns, row)]
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) products[i]![j]! += x[i]! * x[j]!
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) products[j]![i] = products[i]![j]!
  // The intercept is the first, so it always stays.
  const { places } = invertIndependent(products, least)
  return places.slice(1).map((place) => columns[place - 1]!)
}

const signedLog = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value))

/** The columns of one customer. What is not known counts as the mean. */
export function designOf(columns: ChurnColumn[], row: Pick<ChurnRow, 'values' | 'levels'>): number[] {
  return columns.map((column) => {
    if (column.kind === 'group') return row.levels[column.at] === column.level ? 1 : 0
    const value = row.values[column.at] ?? null
    if (column.kind === 'unknown') return value === null ? 1 : 0
    return value === null ? 0 : ((column.log ? signedLog(value) : value) - column.mean) / column.sd
  })
}

/** The same as SQL over the row "f" of features. */
export function designSql(column: ChurnColumn, text: (value: string) => string): string {
  const field = `"f".${quoteIdentifier(column.of)}`
  if (column.kind === 'group') return `CASE WHEN ${field} = ${text(column.level)} THEN 1.0 ELSE 0.0 END`
  if (column.kind === 'unknown') return `CASE WHEN ${field} IS NULL THEN 1.0 ELSE 0.0 END`
  const value = column.log ? `sign(${field}) * ln(1 + abs(${field}))` : field
  return `coalesce((${value} - (${exact(column.mean)})) / ${exact(column.sd)}, 0)`
}

/** A number as SQL, to the last digit. */
export function exact(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number of a model.`)
  return `CAST(${value} AS DOUBLE)`
}
