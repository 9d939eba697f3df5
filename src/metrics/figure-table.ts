import { type FigureRecord, isOverall, readNumber } from './figures.ts'

/** A table as it was read: a heading, and rows of cells with their place. */
export interface FigureTable {
  columns: string[]
  rows: { cells: string[]; where: string }[]
  /** Which chart or table it is, where several are held against each other. */
  surface: string
}

const needed = ['metric', 'group', 'value']

/** Columns without which a table with one figure a row says nothing. */
export function missingColumns(columns: string[]): string[] {
  const names = columns.map((each) => each.trim().toLowerCase())
  return needed.filter((each) => !names.includes(each))
}

/** One figure a row as it stands; a table as people print it, one group a row and one metric a column, cell by cell. Null: neither. */
export function recordsOfTable({ columns, rows, surface }: FigureTable): FigureRecord[] | null {
  if (missingColumns(columns).length === 0)
    return rows.map(({ cells, where }) => ({ values: { surface, ...valuesOf(columns, cells) }, where }))
  const [by = '', ...metrics] = columns.map((each) => each.trim())
  const groups = rows.map(({ cells }) => (cells[0] ?? '').trim())
  if (rows.length === 0 || groups.some((each) => readNumber(each)) || new Set(groups).size < groups.length) return null
  const overall = groups.findIndex(isOverall)
  const figures = metrics.map((metric, index) =>
    figureColumn(
      metric,
      rows.map(({ cells }) => (cells[index + 1] ?? '').trim()),
      overall,
    ),
  )
  const sizes = figures.find((each) => each?.metric.toLowerCase() === 'n')
  const named = figures.filter((each) => each !== null && each !== sizes && each.metric !== '')
  if (named.length === 0) return null
  return rows.flatMap(({ where }, row) =>
    named.flatMap((figure) => {
      const { metric, unit, kind, cells } = figure!
      if (cells[row] === '') return []
      const values = { metric, by, group: groups[row], value: cells[row], unit, kind, n: sizes?.cells[row], surface }
      return [{ values, where }]
    }),
  )
}

/** An empty surface leaves that of the table. */
function valuesOf(columns: string[], cells: string[]): Record<string, unknown> {
  const pairs = columns.map((name, index) => [name.trim().toLowerCase(), cells[index]] as const)
  return Object.fromEntries(pairs.filter(([name, cell]) => name !== 'surface' || (cell ?? '').trim() !== ''))
}

interface FigureColumn {
  metric: string
  unit: string
  kind: string
  cells: string[]
}

const unitBehind = /^(.*?)\s*(?:[([]\s*(?:in\s+)?([^)\]]+?)\s*[)\]]|(%)|,?\s\b(?:in|en)\s+(\p{L}+))$/u

/** `Full resolution time (h)`, `Solved %`, `Wait in minutes`. Null for a column in which something is no number. */
function figureColumn(heading: string, cells: string[], overall: number): FigureColumn | null {
  const read = cells.map((each) => (each === '' ? null : readNumber(each)))
  if (cells.every((each) => each === '') || cells.some((each, at) => each !== '' && read[at] === null)) return null
  const [, name = heading, ...units] = unitBehind.exec(heading) ?? []
  const unit = units.find((each) => each !== undefined) ?? ''
  return { metric: name, unit, kind: kindOf(unit, read, overall), cells }
}

type Read = ReturnType<typeof readNumber>

/** What the heading does not say: groups that add up to the whole are its parts, and without a unit decimals tell a mean from a count. */
function kindOf(unit: string, read: Read[], overall: number): string {
  const whole = read[overall]
  const parts = read.flatMap((each, at) => (each && at !== overall ? each : []))
  const sum = parts.reduce((total, { value }) => total + value, 0)
  const slack = parts.reduce((total, each) => total + each.slack, whole?.slack ?? 0) + 1e-9
  const percent = unit === '%' || read.some((each) => each?.suffix === '%')
  if (whole && parts.length > 1 && Math.abs(sum - whole.value) <= slack) return percent ? 'share' : 'count'
  if (whole && percent && whole.value === 100 && parts.some(({ value }) => value < 100)) return 'share'
  const plain = unit === '' && read.every((each) => !each || each.suffix === '')
  return plain && read.some((each) => each && each.slack < 0.5) ? 'mean' : ''
}
