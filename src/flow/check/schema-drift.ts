import type { Problem } from '../../errors.ts'
import { raw } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/** One column of one load, as far as a change of it can be told. */
export interface LoadedColumn {
  load: string
  source: string
  pack: string
  /** Main table of the load. */
  table: string
  file: string
  form: string
  /** Order of the loads. */
  place: number
  records: number
  name: string
  type: string
  missing: number
  lowest: string | null
  highest: string | null
  top: string[]
  fills: { column: string; failed: number }[]
}

/** What changed in the columns of a source since the version before. */
export interface Drift {
  change: 'missing' | 'new' | 'renamed' | 'retyped'
  source: string
  table: string
  file: string
  column: string
  /** Of a renamed column its new name; of a retyped one what its values are now. */
  now: string | null
  /** Of a retyped column: what its values were. */
  was: string | null
  /** Model column that stays empty in this file. */
  empty: string | null
  /** Metrics that the records of this file are not in for want of it. */
  lost: string[]
}

/** Which metrics need a model column that is not there. */
export type TakenAway = (column: string) => string[]

export async function readLoadedColumns(store: Store): Promise<LoadedColumn[]> {
  const rows = await store.rows(
    raw(`SELECT l.id AS load, l.source, l.pack, l.fills AS "table", l.path, l.form, l.place, l.mapped, c.name, c.type, c.missing, c.lowest,
      c.highest, c.top, c.fills
    FROM (SELECT *, row_number() OVER (ORDER BY rowid) AS place FROM cx.loads) AS l JOIN cx.columns AS c ON c.load = l.id ORDER BY l.place, c.position`),
  )
  const list = <T>(value: unknown): T[] => (value ? ((JSON.parse(String(value)) as T[] | null) ?? []) : [])
  return rows.map((row) => ({
    load: String(row.load),
    source: String(row.source),
    pack: String(row.pack),
    table: String(row.table),
    file: String(row.path).replaceAll('\\', '/').split('/').at(-1)!,
    form: String(row.form),
    place: Number(row.place),
    records: Number(row.mapped),
    name: String(row.name),
    type: String(row.type),
    missing: Number(row.missing),
    lowest: row.lowest === null ? null : String(row.lowest),
    highest: row.highest === null ? null : String(row.highest),
    top: list<{ value: string }>(row.top).map(({ value }) => value),
    fills: list<{ column: string; failed: number }>(row.fills),
  }))
}

/** Loads that the version before did not have, against those of the same source and table that it had. */
export function findDrifts(before: LoadedColumn[], now: LoadedColumn[], takenAway: TakenAway): Drift[] {
  const groupOf = ({ source, pack, table }: LoadedColumn): string => JSON.stringify([source, pack, table])
  const known = new Set(before.map(({ load }) => load))
  const fresh = now.filter(({ load }) => !known.has(load))
  const drifts: Drift[] = []
  const told = new Set<string>()
  for (const load of new Set(fresh.map((column) => column.load))) {
    const columns = fresh.filter((column) => column.load === load)
    const earlier = before.filter((column) => groupOf(column) === groupOf(columns[0]!))
    if (earlier.length === 0) continue
    for (const drift of driftsOf(earlier, columns, takenAway)) {
      const key = JSON.stringify([drift.source, drift.table, drift.change, drift.column, drift.now])
      if (!told.has(key)) drifts.push(drift)
      told.add(key)
    }
  }
  return drifts
}

function driftsOf(earlier: LoadedColumn[], columns: LoadedColumn[], takenAway: TakenAway): Drift[] {
  const { source, table, file } = columns[0]!
  const of = { source, table, file, now: null, was: null, empty: null, lost: [] }
  const there = new Map(columns.map((column) => [column.name, column]))
  const usual = usualColumns(earlier, columns[0]!)
  const added = columns.filter(({ name }) => !earlier.some((column) => column.name === name))
  const missing = usual.filter(({ name }) => !there.has(name))
  const drifts: Drift[] = []
  for (const old of missing) {
    const at = added.findIndex((column) => isAlike(old, column))
    const [renamed] = at < 0 ? [] : added.splice(at, 1)
    const filled = new Set(columns.flatMap(({ fills }) => fills.map(({ column }) => column)))
    const empty = old.fills.map(({ column }) => column).find((column) => !filled.has(column)) ?? null
    const lost = empty ? takenAway(empty) : []
    drifts.push({
      ...of,
      change: renamed ? 'renamed' : 'missing',
      column: old.name,
      now: renamed?.name ?? null,
      empty,
      lost,
    })
  }
  drifts.push(...added.map(({ name }): Drift => ({ ...of, change: 'new', column: name })))
  for (const old of usual) {
    const column = there.get(old.name)
    const [was, now] = [shapeOf(old), column ? shapeOf(column) : null]
    if (!column || !was || !now || was === now) continue
    const unread = column.fills.find(({ failed }) => failed > 0)?.column ?? null
    const lost = unread ? takenAway(unread) : []
    drifts.push({ ...of, change: 'retyped', column: old.name, was, now, empty: unread, lost })
  }
  return drifts
}

/** Less than this chance, and it is no chance that so few records have nothing in a column. */
const unlikely = 0.001

/**
 * The columns that the next file should have: those of the last one before. Where a record says itself which fields it has, a field
 * that is often left out need not be in a few records.
 */
function usualColumns(earlier: LoadedColumn[], next: LoadedColumn): LoadedColumn[] {
  const last = Math.max(...earlier.map(({ place }) => place))
  if (!isLoose(next)) {
    const columns = earlier.filter(({ place }) => place === last)
    return isLoose(columns[0]!) ? columns.filter(({ missing, records }) => missing < records) : columns
  }
  const byName = new Map<string, LoadedColumn[]>()
  for (const column of earlier) byName.set(column.name, [...(byName.get(column.name) ?? []), column])
  const all = sum([...new Map(earlier.map(({ load, records }) => [load, records])).values()])
  return [...byName.values()].flatMap((columns) => {
    const given = sum(columns.map(({ records, missing }) => records - missing))
    return all > 0 && (1 - given / (all + 1)) ** next.records < unlikely ? [columns.at(-1)!] : []
  })
}

const isLoose = ({ form }: LoadedColumn): boolean => form === 'json' || form === 'ndjson'
const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0)

type Shape = 'number' | 'moment' | 'flag' | 'text'

/** What the values are: as the model reads them, unless most cannot be read as that; null where there are none. */
function shapeOf({ type, records, missing, lowest, highest, top, fills }: LoadedColumn): Shape | null {
  const failed = Math.max(0, ...fills.map((fill) => fill.failed))
  if (records === 0 || records - missing + failed === 0) return null
  if (type !== 'text' && type !== 'json') {
    if (failed > (records - missing + failed) / 2) return 'text'
    return type === 'timestamp' || type === 'date' ? 'moment' : type === 'boolean' ? 'flag' : 'number'
  }
  const values = [...top, ...(lowest === null ? [] : [lowest]), ...(highest === null ? [] : [highest])]
  if (values.length === 0) return null
  if (values.every((value) => /^[+-]?\d+([.,]\d+)?$/.test(value.trim()))) return 'number'
  if (values.every((value) => /^\d{4}-\d\d-\d\d|^\d{1,2}[./]\d{1,2}[./]\d{2,4}/.test(value.trim()))) return 'moment'
  return 'text'
}

/** Is it the same column under another name? Same kind of values, as often given, and values in common or a name in common. */
function isAlike(old: LoadedColumn, column: LoadedColumn): boolean {
  const [was, now] = [shapeOf(old), shapeOf(column)]
  if (!was || was !== now) return false
  const gap = Math.abs(old.missing / old.records - column.missing / column.records)
  if (gap > 0.25) return false
  const named = namesMeet(old.name, column.name)
  if (was === 'number' || was === 'moment')
    return rangesMeet(old, column) && (named || old.type === column.type || was === 'moment')
  const common = old.top.filter((value) => column.top.includes(value)).length
  return common > 0 && common >= Math.min(old.top.length, column.top.length) / 2 ? true : named
}

function rangesMeet(a: LoadedColumn, b: LoadedColumn): boolean {
  if (a.lowest === null || a.highest === null || b.lowest === null || b.highest === null) return false
  const order = (text: string): number =>
    /^[+-]?[\d.]+$/.test(text) ? Number(text) : Date.parse(text.replace(' ', 'T'))
  const [low, high] = [Math.max(order(a.lowest), order(b.lowest)), Math.min(order(a.highest), order(b.highest))]
  const whole = Math.max(order(a.highest), order(b.highest)) - Math.min(order(a.lowest), order(b.lowest))
  return whole === 0 || (high - low) / whole > 0.5
}

const wordsIn = (name: string): string[] => name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

function namesMeet(one: string, other: string): boolean {
  const [a, b] = [wordsIn(one), wordsIn(other)]
  const common = a.filter((word) => b.includes(word)).length
  return (
    a.join('') === b.join('') ||
    common > Math.min(a.length, b.length) / 2 ||
    (common > 0 && Math.min(a.length, b.length) === 1)
  )
}

/** One result a change. */
export function driftResults(check: Check, drifts: Drift[]): CheckResult[] {
  return drifts.map(({ change, source, table, file, column, now, was, empty, lost }) =>
    result(check, {
      subject: column,
      found: 1,
      checked: 1,
      facts: { change, source, table, file, column, now, was, empty, lost: lost.join(',') },
    }),
  )
}

/** The same for whoever builds. */
export function driftNote({ change, source, file, column, now, was, empty, lost }: Drift): Problem {
  const said = {
    missing: `${file} has no column "${column}", which the files of "${source}" had before.`,
    new: `${file} has a column "${column}", which the files of "${source}" did not have before.`,
    renamed: `"${column}" of "${source}" seems to be called "${now}" in ${file}: the values are alike.`,
    retyped: `"${column}" of "${source}" held ${was} values; in ${file} it holds ${now}.`,
  }[change]
  const away = lost.length > 0 ? ` Its records are not in ${lost.join(', ')}, for want of ${empty}.` : ''
  return {
    code: 'schema-drift',
    message: said + away,
    where: file,
    fix: {
      missing: 'Export the column again, or leave it out of the pack.',
      new: 'Nothing is to be done; name it in the pack to have it in the model.',
      renamed: 'Name the new column in the pack, beside the old one.',
      retyped: 'Export it as before, or say in the pack how it is read.',
    }[change],
  }
}
