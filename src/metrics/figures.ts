import type { Problem } from '../errors.ts'

/** A figure as somebody published it: in a chart, a table, a slide. */
export interface Figure {
  metric: string
  /** What the groups are groups of: figures are held together only within one of these. */
  by: string
  /** Null for the overall value. */
  group: string | null
  kind: FigureKind
  /** Shares between 0 and 1, durations in seconds, anything else as printed. */
  value: number
  /** Half of the last printed place: the value may be off by so much. */
  slack: number
  printed: string
  /** Of a duration: what it was printed in. */
  unit: string
  n?: number
  numerator?: number
  denominator?: number
  scale?: [low: number, high: number]
  /** Said to be the lowest or highest group, so that a table of this one group says something about the whole. */
  rank?: 'lowest' | 'highest'
  /** Chart or table that shows it. */
  surface: string
  where: string
}

/** `share`: parts of one whole. `count` is held against nothing but its own parts. */
export type FigureKind = 'rate' | 'mean' | 'share' | 'count'

/** A record of a file: its values by column, and where it stands. */
export interface FigureRecord {
  values: Record<string, unknown>
  where: string
}

export const figureColumns =
  'metric, by, group, value, unit, kind, n, numerator, denominator, scale, rank, surface'.split(', ')

const seconds: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }
const unitWords: Record<string, string> = {
  '%': '%',
  percent: '%',
  s: 's',
  sec: 's',
  second: 's',
  seconds: 's',
  seconde: 's',
  secondes: 's',
  min: 'min',
  minute: 'min',
  minutes: 'min',
  h: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  heure: 'h',
  heures: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  j: 'd',
  jour: 'd',
  jours: 'd',
}
const overallWords = new Set(['', 'overall', 'all', 'total', 'ensemble', 'tous', 'toutes', 'global'])

/** Is this the name of the whole and not of a group? */
export function isOverall(group: string): boolean {
  return overallWords.has(group.toLowerCase())
}

const kinds: FigureKind[] = ['rate', 'mean', 'share', 'count']

/** Records of a file of figures as figures; what does not read is a problem with its line, all at once. */
export function readFigures(records: FigureRecord[], problems: Problem[]): Figure[] {
  return records.flatMap((record) => readFigure(record, problems) ?? [])
}

function readFigure({ values, where }: FigureRecord, problems: Problem[]): Figure | null {
  const text = (column: string): string => String(values[column] ?? '').trim()
  const fault = (code: string, message: string, fix: string): null => {
    problems.push({ code, message, where, fix })
    return null
  }
  const metric = text('metric')
  if (metric === '') return fault('figure-nameless', 'The figure has no metric.', 'Name it in the column "metric".')
  const printed = text('value')
  const read = readNumber(printed)
  if (!read)
    return fault('figure-unreadable', `"${printed}" is not a number.`, 'Write 49.02, 49.02 %, 3.42 h or 2,969.89 min.')
  const unit = unitOf(text('unit') || read.suffix)
  const factor = unit === '%' ? 0.01 : (seconds[unit] ?? 1)
  const scale = /^(-?\d+(?:\.\d+)?)\s*(?:-|–|\.\.|to|à)\s*(\d+(?:\.\d+)?)$/.exec(text('scale') || text('unit'))
  const numbers = Object.fromEntries(
    ['n', 'numerator', 'denominator'].map((column) => [column, readNumber(text(column))?.value]),
  )
  const kind = kindOf(text('kind'), unit, scale !== null, numbers.denominator !== undefined)
  if (!kind) return fault('figure-kind', `"${text('kind')}" is no kind of figure.`, `Use one of: ${kinds.join(', ')}.`)
  const group = text('group')
  const rank = text('rank')
  return {
    metric,
    by: text('by'),
    group: isOverall(group) ? null : group,
    kind,
    value: read.value * factor,
    slack: (read.slack + 1e-9 * Math.max(1, Math.abs(read.value))) * factor,
    printed: /[^\d.,\s\u00a0\u202f−-]/.test(printed) || unit === '' || scale ? printed : `${printed} ${unit}`,
    unit,
    ...numbers,
    scale: scale ? [Number(scale[1]), Number(scale[2])] : undefined,
    rank: rank === 'lowest' || rank === 'highest' ? rank : undefined,
    surface: text('surface'),
    where,
  }
}

function unitOf(word: string): string {
  return unitWords[word.toLowerCase()] ?? word.toLowerCase()
}

function kindOf(word: string, unit: string, scaled: boolean, hasDenominator: boolean): FigureKind | undefined {
  if (word !== '') return kinds.find((each) => each === word.toLowerCase())
  if (unit === '%' || unit === 'ratio' || hasDenominator) return 'rate'
  return unit in seconds || scaled || unit === 'score' ? 'mean' : 'count'
}

/** `2,969.89 min`, `49,02 %`, `5 453`: the number, half of its last place, and what stands behind it. */
export function readNumber(text: string): { value: number; slack: number; suffix: string } | null {
  const match = /^([−-]?[\d.,'\s\u00a0\u202f]*\d(?:[eE][+-]?\d+)?)\s*(\D*)$/.exec(text)
  if (!match) return null
  const plain = (match[1] ?? '').replace(/[\s\u00a0\u202f']/g, '').replace('−', '-')
  const number = withPoint(plain)
  const value = Number(number)
  if (!Number.isFinite(value)) return null
  const [mantissa = '', power = '0'] = number.toLowerCase().split('e')
  const places = mantissa.split('.')[1]?.length ?? 0
  return { value, slack: 0.5 * 10 ** (Number(power) - places), suffix: (match[2] ?? '').trim() }
}

/** Of points and commas the last one divides, unless it groups thousands. */
function withPoint(text: string): string {
  const point = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  if (point >= 0 && comma >= 0)
    return point > comma ? text.replaceAll(',', '') : text.replaceAll('.', '').replace(',', '.')
  if (/^-?\d{1,3}(,\d{3})+$/.test(text)) return text.replaceAll(',', '')
  return text.replace(',', '.')
}
