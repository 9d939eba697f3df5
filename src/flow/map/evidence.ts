/**
 * Shapes of values, matched against masks: the value with a 9 for every digit, as the engine counts them over the whole
 * column. Masks are short, so these patterns are cheap.
 */
export const shapes = {
  integer: /^[+-]?9+$/,
  number: /^[+-]?9+([.]9+)?([eE][+-]?9+)?$/,
  /** 4,5: a comma that can only be a decimal sign. */
  comma: /^[+-]?(9+,(9{1,2}|9{4,})|9{1,3}([.]999)+,9+)$/,
  /** 1,234: thousands in one country, one and a bit in another. */
  ambiguous: /^[+-]?9{1,3},999$/,
  iso: /^9999-99?-99?([T ]99?:99(:99([.]9+)?)?( ?(Z|UTC|GMT|[+-]99:?(99)?))?)?$/,
  /** 05/13/2025, 13.05.2025, with or without a time. */
  slashed: /^99?([-./])99?\1(9999|99)((, ?| | à | um |T)99?:99.*)?$/,
  shortYear: /^99?[-./]99?[-./]99([^9].*)?$/,
  yearFirst: /^9999[./]99?[./]99?( 99?:.*)?$/,
  tenDigits: /^9{10}$/,
  thirteenDigits: /^9{13}$/,
  clock: /^-?9+:9?9(:9?9([.]9+)?)?$/,
  phone: /^[+(]?9[-9 ()./]{6,}(x9+)?$/,
  email: /^@$/,
} as const satisfies Record<string, RegExp>

export type Shape = keyof typeof shapes

/** What the whole of one source column looks like: nothing here depends on the order of records. */
export interface ColumnProfile {
  name: string
  /** Records with a value. */
  present: number
  distinct: number
  /** Every value is there once and no record lacks it. */
  unique: boolean
  /** How many values have each shape. */
  shapes: Record<Shape, number>
  /** Largest first and second part of dates such as 05/13/2025, and how many are above 12. */
  firstOver12: number
  secondOver12: number
  lowest: number | null
  highest: number | null
  meanLength: number
  /** Values such as `C-17` or `AB1204`: letters, then a number. */
  codes: number
  /** Its values, when there are few (at most 100), in alphabetical order. */
  values: string[]
}

/** Share of the values that have a shape; 0 of an empty column. */
export function shareOf(column: ColumnProfile, shape: Shape): number {
  return column.present === 0 ? 0 : column.shapes[shape] / column.present
}

/** The order of day and month, decided by the whole column: a part above 12 is a day. */
export type DateOrder = 'd/m/y' | 'm/d/y' | 'mixed' | 'undecided'

export function dateOrder(column: Pick<ColumnProfile, 'firstOver12' | 'secondOver12'>): DateOrder {
  if (column.firstOver12 > 0 && column.secondOver12 > 0) return 'mixed'
  if (column.firstOver12 > 0) return 'd/m/y'
  return column.secondOver12 > 0 ? 'm/d/y' : 'undecided'
}

const most = 0.9

/** Are the values dates such as 05/13/2025, of which the order must be known? */
export function isSlashed(column: ColumnProfile): boolean {
  return shareOf(column, 'slashed') >= most
}

/** How the moments of a column are read: `''` by the default, `null` where it holds none or their order is not known. */
export function momentReading(column: ColumnProfile): string | null {
  if (shareOf(column, 'iso') >= most) return ''
  if (shareOf(column, 'yearFirst') >= most) return 'y/m/d'
  if (!isSlashed(column)) return null
  const order = dateOrder(column)
  if (order === 'mixed' || order === 'undecided') return null
  return withYears(order, column)
}

/** `d/m/y` as `d/m/yy` where the years have two digits. */
export function withYears(order: string, column: ColumnProfile): string {
  return column.shapes.shortYear > column.present / 2 ? order.replace(/y$/, 'yy') : order
}

/** Whole numbers of seconds (or milliseconds) since 1970, from 2001 to 2033. */
export function epochReading(column: ColumnProfile): 'epoch' | 'epoch-ms' | null {
  const within = (factor: number): boolean =>
    (column.lowest ?? 0) >= 1e9 * factor && (column.highest ?? 0) < 2e9 * factor
  if (shareOf(column, 'tenDigits') === 1 && within(1)) return 'epoch'
  return shareOf(column, 'thirteenDigits') === 1 && within(1_000) ? 'epoch-ms' : null
}

/** Numbers that a spreadsheet shows as dates between 1982 and 2064. */
export function isSerial(column: ColumnProfile): boolean {
  return shareOf(column, 'number') === 1 && (column.lowest ?? 0) >= 30_000 && (column.highest ?? 0) <= 60_000
}

export function holdsMoments(column: ColumnProfile): boolean {
  return shareOf(column, 'iso') >= most || shareOf(column, 'yearFirst') >= most || isSlashed(column)
}

/** Which sign stands before the decimals. */
export function decimalSign(column: ColumnProfile): '.' | ',' | 'mixed' | 'undecided' | null {
  const comma = column.shapes.comma
  const ambiguous = column.shapes.ambiguous
  const point = column.shapes.number - column.shapes.integer
  const all = column.shapes.number + comma + ambiguous
  if (column.present === 0 || all / column.present < most) return null
  if (comma > 0) return point > 0 ? 'mixed' : ','
  if (ambiguous > 0) return point > 0 ? '.' : 'undecided'
  return '.'
}

export function holdsNumbers(column: ColumnProfile): boolean {
  return decimalSign(column) !== null
}

/** What a survey's answers are measured on. */
export interface Scale {
  kind: 'csat' | 'nps'
  min: number
  max: number
  /** Words instead of numbers. */
  words?: 'satisfaction'
}

/** The scale that the values of a whole column lie on; `null` where they fit several or none. */
export function scaleOf(
  column: ColumnProfile,
  satisfaction: ReadonlyMap<string, string>,
  fold: (text: string) => string,
): Scale | null {
  if (holdsNumbers(column)) {
    const { lowest, highest } = column
    if (lowest === null || highest === null) return null
    if (lowest >= 1 && highest <= 5) return { kind: 'csat', min: 1, max: 5 }
    if (lowest >= 0 && highest <= 10 && highest > 7) return { kind: 'nps', min: 0, max: 10 }
    if (lowest >= 0 && highest <= 100 && highest > 10) return { kind: 'csat', min: 0, max: 100 }
    return null
  }
  const known = column.values.filter((value) => satisfaction.has(fold(value)))
  return column.values.length > 0 && known.length === column.values.length
    ? { kind: 'csat', min: 0, max: 1, words: 'satisfaction' }
    : null
}

/** How many of a column's values are words of a vocabulary, and which are not. */
export interface Overlap {
  share: number
  known: Record<string, string>
  unknown: string[]
}

export function overlapOf(
  column: ColumnProfile,
  words: ReadonlyMap<string, string>,
  fold: (text: string) => string,
): Overlap {
  const known: Record<string, string> = {}
  const unknown: string[] = []
  for (const value of column.values) {
    const id = words.get(fold(value))
    if (id === undefined) unknown.push(value)
    else known[value] = id
  }
  return { share: column.values.length === 0 ? 0 : Object.keys(known).length / column.values.length, known, unknown }
}
