import { type Problem, RapportError } from '../../errors.ts'
import { kindOf } from './cells.ts'

/** The columns of a table as its first rows tell. */
export interface Header {
  columns: string[]
  /** False: the first row is data already, and the columns are numbered. */
  present: boolean
  /** Data rows have as many fields as the header row as written, so the engine can read both in place. */
  even: boolean
  notes: Problem[]
}

const MOST_COLUMNS = 10_000

/** Reads the header from the first row and checks its width against the rows below. */
export function readHeader(rows: string[][], where: string): Header {
  const first = rows[0] ?? []
  const data = rows.slice(1)
  if (!isHeader(first, data)) return numbered(rows, where)
  const width = widthOf(first, data, where)
  if (width > MOST_COLUMNS) throw tooWide(width, where)
  const cells = Array.from({ length: width }, (_, i) => first[i] ?? '')
  return { ...nameColumns(cells, where), present: true, even: width <= first.length }
}

/** Names made clean, present and unique; every change is noted. DuckDB tells names apart without case, so do we. */
export function nameColumns(cells: string[], where: string): { columns: string[]; notes: Problem[] } {
  const taken = new Map<string, number>()
  const notes: Problem[] = []
  const columns = cells.map((cell, i) => {
    const clean = cleanName(cell)
    if (clean === '') notes.push(unnamed(i, where))
    const wanted = clean || `Column ${i + 1}`
    const before = taken.get(wanted.toLowerCase())
    let name = wanted
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted} (${n})`
    taken.set(name.toLowerCase(), i)
    if (before !== undefined) notes.push(duplicate(wanted, before, i, name, where))
    return name
  })
  return { columns, notes }
}

/** Trimmed, NFKC (a no-break space becomes a space), without invisible characters and line breaks. */
export function cleanName(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\0]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Names are text. A first row of numbers and dates, like the rows below it, is data. */
function isHeader(first: string[], data: string[][]): boolean {
  const kinds = first.map(kindOf)
  const valued = kinds.filter((kind) => kind !== 'text' && kind !== 'empty').length
  if (valued === 0 || areYears(first)) return true
  if (!kinds.includes('text')) return false
  const alike = kinds.filter(
    (kind, i) =>
      kind !== 'text' &&
      kind !== 'empty' &&
      data.some((row) => kindOf(row[i] ?? '') === kind) &&
      !yearLike(first[i] as string),
  )
  return data.length === 0 || alike.length < kinds.length / 2
}

/** `2023, 2024, 2025` name columns: each once, in order. */
function areYears(cells: string[]): boolean {
  const years = cells.map((cell) => cell.trim()).filter((cell) => cell !== '' && kindOf(cell) === 'number')
  const rest = cells.filter((cell) => kindOf(cell) !== 'number')
  return (
    years.length > 1 &&
    years.every((year, i) => yearLike(year) && (i === 0 || Number(year) > Number(years[i - 1]))) &&
    rest.every((cell) => ['text', 'empty'].includes(kindOf(cell)))
  )
}

function yearLike(cell: string): boolean {
  return /^(19|20)\d\d$/.test(cell.trim())
}

function widthOf(first: string[], data: string[][], where: string): number {
  const widths = data.map((row) => row.length)
  const least = Math.min(...widths)
  if (data.length === 0) return first.length
  if (least > first.length && widths.every((width) => width === least)) {
    const emptyBeyond = data.every((row) => row.slice(first.length).every((cell) => cell.trim() === ''))
    if (!emptyBeyond) throw headerTooShort(first.length, least, where)
    return least
  }
  const most = Math.max(...widths)
  const emptyNames = first.slice(most).every((cell) => cleanName(cell) === '')
  return most < first.length && emptyNames ? most : first.length
}

function numbered(rows: string[][], where: string): Header {
  const width = Math.max(1, ...commonWidths(rows))
  if (width > MOST_COLUMNS) throw tooWide(width, where)
  const columns = Array.from({ length: width }, (_, i) => `Column ${i + 1}`)
  const note: Problem = {
    code: 'header-missing',
    message: `The first row of ${where} holds values, not names, so it was read as data and the columns are numbered.`,
    where,
    fix: 'Add a first row with column names if these are not the columns that you want.',
  }
  return { columns, present: false, even: false, notes: [note] }
}

function commonWidths(rows: string[][]): number[] {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  return [...counts].filter(([, count]) => count === most).map(([width]) => width)
}

function unnamed(index: number, where: string): Problem {
  const message = `Column ${index + 1} of ${where} has no name; it is called "Column ${index + 1}".`
  return { code: 'header-empty', message, where, fix: 'Name the column in the source to give it another name.' }
}

function duplicate(name: string, first: number, second: number, given: string, where: string): Problem {
  return {
    code: 'header-duplicate',
    message: `Columns ${first + 1} and ${second + 1} of ${where} are both called "${name}"; the second is kept as "${given}".`,
    where,
    fix: 'Give the two columns different names in the source.',
  }
}

function headerTooShort(names: number, fields: number, where: string): RapportError {
  return new RapportError({
    code: 'header-too-short',
    message: `${where} names ${names} columns, but each record has ${fields} fields, so it cannot be known which name belongs to which field.`,
    where,
    fix: 'Add the missing names to the header (often the first one: a row number without a name).',
  })
}

function tooWide(width: number, where: string): RapportError {
  return new RapportError({
    code: 'too-many-columns',
    message: `${where} has ${width} columns; at most ${MOST_COLUMNS} are read.`,
    where,
    fix: 'Export one row per record, with names in a column rather than as columns.',
  })
}
