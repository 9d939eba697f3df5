import { formatNumber, formatValue, type Unit } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Dimension } from '../../metrics/dimension.ts'
import type { Frame, FrameRow, MetricCell, MetricUnit } from '../../metrics/frame.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { printCondition } from '../parameters.ts'

/** One group of a split: what is drawn, said and clicked. */
export interface Point {
  key: string | null
  label: string
  cell: MetricCell
  filter: string
}

const none: MetricCell = { value: null }

export function cellOf(row: FrameRow | undefined, metric: string): MetricCell {
  const cell = row?.[metric]
  return cell !== null && typeof cell === 'object' && 'value' in cell ? cell : none
}

/** The same without the count of rows where that says nothing: of amounts. */
export function sampleOf(frame: Frame, row: FrameRow | undefined, metric: string): MetricCell {
  const cell = cellOf(row, metric)
  if (frame.metrics[metric]?.sample !== false) return cell
  const { n: _rows, ...rest } = cell
  return rest
}

/** A count or an amount: how large each group is, is a fact that needs no test. Means and rates differ by chance as well. */
export function isSize(frame: Frame, metric: string): boolean {
  const card = frame.metrics[metric]
  const sized = card?.unit === 'count' || card?.unit === 'money' || card?.unit === 'number'
  return sized && card.additivity !== 'non-additive'
}

/** The value of a dimension in a row as an id; null where it is not set. */
export function keyOf(row: FrameRow, dimension: string): string | null {
  const value = row[dimension]
  if (value === null || value === undefined || typeof value === 'object') return null
  return String(value)
}

export function labelOfValue(frame: Frame, dimension: string, key: string | null, words: Words): string {
  if (key === null) return say(words, 'pages.value.none')
  const label = frame.labels[dimension]?.[key]
  if (label !== undefined) return label
  if (key === 'true' || key === 'false') return say(words, `pages.value.${key}`)
  return key
}

/** A filter on one value, as URL text. */
export function filterOn(dimension: string, key: string | null): string {
  return printCondition(
    key === null ? { dimension, op: 'is_null', values: [] } : { dimension, op: 'in', values: [key] },
  )
}

/** The groups of a frame by one dimension, in the order in which people read them. */
export function pointsOf(
  frame: Frame,
  dimension: string,
  metric: string,
  words: Words,
  dimensions: ReadonlyMap<string, Dimension>,
): Point[] {
  const points = frame.rows.map((row) => {
    const key = keyOf(row, dimension)
    return {
      key,
      label: labelOfValue(frame, dimension, key, words),
      cell: sampleOf(frame, row, metric),
      filter: filterOn(dimension, key),
    }
  })
  return sortPoints(points, dimensions.get(dimension), frame.query.order !== undefined)
}

/** Vocabularies whose order means something; all others are sorted by value. */
const ranked = new Set(['priority', 'severity', 'risk_level', 'status'])

export function isOrdered(dimension: Dimension | undefined): boolean {
  return dimension !== undefined && (dimension.ordered || ranked.has(dimension.vocabulary ?? ''))
}

function sortPoints(points: Point[], dimension: Dimension | undefined, asked: boolean): Point[] {
  if (asked) return points
  if (isOrdered(dimension)) return points.toSorted((a, b) => compareOrdered(a.key, b.key, dimension))
  return points.toSorted((a, b) => weight(b) - weight(a) || compareKeys(a.key, b.key))
}

/** By the vocabulary's own order, else as numbers and words go; what is not set comes last. */
export function compareOrdered(a: string | null, b: string | null, dimension: Dimension | undefined): number {
  const order = ranked.has(dimension?.vocabulary ?? '') ? wordsOf(dimension?.vocabulary ?? '') : []
  const place = (key: string | null) => order.indexOf(key ?? '') + 1 || order.length + 1
  return place(a) - place(b) || compareKeys(a, b)
}

function weight(point: Point): number {
  if (point.key === null) return Number.NEGATIVE_INFINITY
  return point.cell.value ?? -Number.MAX_VALUE
}

function compareKeys(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a.localeCompare(b, 'en', { numeric: true })
}

/** `Chat: 3.08 (2.98 to 3.19), n = 674`: the tip of a mark. */
export function tipOf(point: Point, unit: MetricUnit, words: Words): string {
  const { value, low, high, n } = point.cell
  const parts = [`${point.label}: ${formatValue(value, unit, words)}`]
  if (low !== undefined && high !== undefined) parts.push(`(${rangeOf(low, high, unit, words)})`)
  const tip = parts.join(' ')
  return n === undefined || unit === 'count' ? tip : `${tip}, ${say(words, 'pages.n', { n: formatNumber(n, words) })}`
}

export function rangeOf(low: number, high: number, unit: Unit, words: Words): string {
  return say(words, 'pages.range', { low: formatValue(low, unit, words), high: formatValue(high, unit, words) })
}

/** The first metric of a frame and its unit, unless the chart says which. */
export function metricOf(frame: Frame, asked: string | undefined): { id: string; unit: MetricUnit; label: string } {
  const id = asked ?? frame.query.metrics[0] ?? ''
  const card = frame.metrics[id]
  return { id, unit: card?.unit ?? 'number', label: card?.label ?? id }
}

export function dimensionOf(frame: Frame, asked: string | undefined, place = 0): string {
  return asked ?? frame.query.by?.[place] ?? ''
}

/** A name on one line: a line break in it would be drawn as a second text. */
export function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ')
}

/** Room for numbers that stand beside their marks. */
export function textWidth(texts: string[]): number {
  return Math.max(...texts.map((each) => each.length), 4) * 6.6 + 12
}

/** Names shortened to the room that they have; the whole one stands in the table and the tip. */
export function fitNames(names: string[], room: number, fontSize = 12.5): { names: string[]; width: number } {
  const per = fontSize * 0.56
  const most = Math.max(4, Math.floor(room / per))
  const fitted = names.map(oneLine).map((name) => (name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name))
  return { names: fitted, width: Math.ceil(Math.max(...fitted.map((each) => each.length), 1) * per) + 4 }
}

/** Names broken into lines of the room that they have, as evenly as it goes; only what is longer than all lines is cut. */
export function wrapNames(names: string[], room: number, lines = 2): { names: string[]; width: number; lines: number } {
  const per = 7
  const most = Math.max(4, Math.floor(room / per))
  const wrapped = names.map((name) => linesOf(oneLine(name).trim(), most, lines))
  const longest = Math.max(...wrapped.flat().map((each) => each.length), 1)
  return {
    names: wrapped.map((each) => each.join('\n')),
    width: Math.ceil(longest * per) + 4,
    lines: Math.max(...wrapped.map((each) => each.length), 1),
  }
}

function linesOf(name: string, most: number, lines: number): string[] {
  if (name.length <= most) return [name]
  // A word may be parted from what follows after a space or a hyphen.
  const words = name.split(/(?<=[ -])/)
  for (let few = 2; few <= lines; few++)
    for (let width = Math.min(Math.ceil(name.length / few), most); width <= most; width++) {
      const found = filledLines(words, width)
      if (found.length <= few && found.every((each) => each.length <= width)) return found
    }
  const found = filledLines(words, most)
  const kept = [
    ...found.slice(0, lines - 1),
    found
      .slice(lines - 1)
      .join(' ')
      .replaceAll('- ', '-'),
  ]
  return kept.filter(Boolean).map((each) => (each.length > most ? `${each.slice(0, most - 1).trimEnd()}…` : each))
}

function filledLines(words: string[], width: number): string[] {
  const found: string[] = []
  for (const word of words) {
    const last = found.at(-1)
    if (last !== undefined && (last + word).trimEnd().length <= width) found[found.length - 1] = last + word
    else found.push(word)
  }
  return found.map((each) => each.trimEnd())
}
