import { formatShort, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Frame, MetricUnit } from '../../metrics/frame.ts'
import type { Chart, Option } from './chart.ts'
import { cellOf, dimensionOf, metricOf, oneLine, pointsOf, wrapNames } from './points.ts'
import {
  base,
  canvas,
  colour,
  nameText,
  noOutline,
  quiet,
  shapeSeries,
  textSeries,
  tickText,
  valueText,
} from './style.ts'

/** Parts with a name of their own: more colours cannot be told apart. */
const most = 8

/** One part of the whole. `groups` is 1 but for what was put together as "Other". */
export interface Part {
  label: string
  value: number
  groups: number
  filter?: string
  colour: string
}

/** Shares of a whole: the largest parts, then "Other"; each with its name beside it or in a list, the whole in the middle. */
export const donut: Chart = {
  name: 'donut',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const by = dimensionOf(frame, input.encode.category)
    const all = pointsOf(frame, by, metric.id, words, input.dimensions)
    const groups = all.flatMap(({ key, label, cell, filter }) =>
      cell.value !== null && cell.value > 0 ? [{ key, label, value: cell.value, filter }] : [],
    )
    const parts = partsOf(groups, words)
    const whole = groups.reduce((sum, each) => sum + each.value, 0)
    const text = (part: Part) => textOf(part, whole, metric.unit, words)
    const place = placeOf(parts, text, width)
    const { outer, height, list } = place
    const hole = Math.round(outer * 0.65)
    return {
      option: base({
        ...(list && canvas(width, height)),
        series: [
          {
            type: 'pie',
            radius: [hole, outer],
            ...(list && { center: place.centre }),
            startAngle: 90,
            clockwise: true,
            ...quiet,
            avoidLabelOverlap: true,
            labelLine: { show: !list, length: 10, length2: 8, lineStyle: { color: colour.mark, width: 1 } },
            labelLayout: { hideOverlap: false },
            data: parts.map((part) => ({
              value: part.value,
              name: drawable(`${part.label} ${text(part)}`),
              filter: part.filter,
              tip: `${part.label}: ${formatValue(part.value, metric.unit, words)} · ${text(part)}`,
              itemStyle: { color: part.colour, borderColor: colour.panel, borderWidth: 1.5 },
              label: { show: !list, ...nameText, ...noOutline, formatter: '{b}', lineHeight: 15 },
            })),
          },
          centre(formatShort(whole, metric.unit, words), metric.label, hole, list ? place.centre : undefined),
          ...(list ? listOf(parts, text, list) : []),
        ],
      }),
      height,
      label: say(words, 'pages.chart.shares', {
        metric: metric.label,
        whole: formatValue(whole, metric.unit, words),
        list: parts.map((part) => `${part.label} ${text(part)}`).join('; '),
      }),
      foot: footOf(groups.length, words),
    }
  },
}

/** Can the frame be shares of one whole? Only amounts that add up, none of them below zero, and all of them there. */
export function isWhole(frame: Frame, metric: string): boolean {
  if (frame.metrics[metric]?.additivity === 'non-additive' || frame.query.limit !== undefined) return false
  const values = frame.rows.map((row) => cellOf(row, metric).value ?? 0)
  return values.every((value) => value >= 0) && values.some((value) => value > 0)
}

/** Groups in their order, the smallest beyond the eighth as one part; nothing is left out, so parts add up to the whole. */
export function partsOf(
  groups: { key: string | null; label: string; value: number; filter: string }[],
  words: Words,
): Part[] {
  const largest = groups.toSorted((a, b) => b.value - a.value).slice(0, most)
  const named = new Set(largest)
  const rest = groups.filter((each) => !named.has(each))
  const parts = groups
    .filter((each) => named.has(each))
    .map((each) => ({
      label: oneLine(each.label),
      value: each.value,
      groups: 1,
      filter: each.filter,
      // The largest is in the accent colour, whatever its place.
      colour: each.key === null ? colour.mark : `var(--part-${largest.indexOf(each) + 1})`,
    }))
  if (rest.length === 0) return parts
  return [
    ...parts,
    {
      label: say(words, 'pages.donut.other', { count: rest.length }),
      value: rest.reduce((sum, each) => sum + each.value, 0),
      groups: rest.length,
      colour: colour.mark,
    },
  ]
}

/** A share that is there is never written as nothing. */
function textOf({ value }: Part, whole: number, unit: MetricUnit, words: Words): string {
  const share = value / whole
  const written = share < 0.0005 ? `< ${formatValue(0.001, 'ratio', words)}` : formatValue(share, 'ratio', words)
  return unit === 'count' || unit === 'money' ? written : `${formatValue(value, unit, words)} · ${written}`
}

/** The whole and what it counts, as a pie of no size: its label stands in the middle of the hole. A name that has no room there is left to the title. */
function centre(value: string, unit: string, hole: number, at: number[] | undefined): Option {
  const size = Math.max(12, Math.min(24, Math.floor((hole * 2 - 16) / (value.length * 0.6))))
  const { names } = wrapNames([unit], hole * 1.85, 2)
  const name = names[0]?.includes('…') ? '' : drawable(names[0] ?? '')
  const lines = name.split('\n').filter(Boolean)
  return {
    type: 'pie',
    radius: [0, 0],
    ...(at && { center: at }),
    silent: true,
    ...quiet,
    label: {
      show: true,
      position: 'center',
      formatter: '{b}',
      ...noOutline,
      rich: {
        whole: { color: colour.ink, fontSize: size, fontWeight: 560, lineHeight: size + 6, fontFamily: 'inherit' },
        unit: { ...tickText, lineHeight: 15 },
      },
    },
    data: [
      {
        value: 1,
        name: [`{whole|${value}}`, ...lines.map((each) => `{unit|${each}}`)].join('\n'),
        itemStyle: { color: colour.hit },
      },
    ],
  }
}

/** A list of the parts: where it begins, how wide, and the names as they fit. */
interface List {
  left: number
  right: number
  top: number
  row: number
  names: string[]
}

interface Place {
  outer: number
  height: number
  centre: [number, number]
  /** Where names do not fit around the ring. */
  list?: List
}

/** Names around the ring where all of them fit; else as a list beside it, or, where they are too long for that, below. */
function placeOf(parts: Part[], text: (part: Part) => string, width: number): Place {
  const outerOf = (height: number) => Math.round(Math.min(height / 2 - 30, width * 0.2))
  const around = outerOf(300)
  const room = width / 2 - around - 24
  if (width >= 420 && parts.every((part) => (part.label.length + 1 + text(part).length) * 6.8 <= room))
    return { outer: around, height: 300, centre: [width / 2, 150] }
  const outer = width < 420 ? 70 : 96
  const values = Math.max(...parts.map((part) => text(part).length), 4) * 6.8
  const labels = parts.map(({ label }) => label)
  const left = outer * 2 + 24
  const beside = wrapNames(labels, Math.min(300, width - left) - values - 34)
  const cut = beside.names.some((each) => each.includes('…'))
  const { names, lines } = cut ? wrapNames(labels, width - values - 34) : beside
  const row = lines > 1 ? 33 : 24
  const rows = parts.length * row
  if (cut)
    return {
      outer,
      height: outer * 2 + 16 + rows,
      centre: [width / 2, outer + 4],
      list: { left: 0, right: width, top: outer * 2 + 16, row, names },
    }
  const height = Math.max(outer * 2 + 8, rows + 8)
  const right = Math.min(width, left + beside.width + values + 34)
  return {
    outer,
    height,
    centre: [outer + 2, height / 2],
    list: { left, right, top: (height - rows) / 2, row, names },
  }
}

function listOf(parts: Part[], text: (part: Part) => string, { left, right, top, row, names }: List): Option[] {
  const y = (index: number) => Math.round(top + (index + 0.5) * row)
  return [
    shapeSeries(
      'box',
      parts.map((part, i) => ({
        value: [left, right, y(i) - row / 2, y(i) + row / 2],
        color: colour.hit,
        ...(part.filter !== undefined && { filter: part.filter }),
        tip: `${part.label}: ${text(part)}`,
      })),
      { z: 2 },
    ),
    shapeSeries(
      'box',
      parts.map((part, i) => ({ value: [left, left + 10, y(i) - 5, y(i) + 5], color: part.colour })),
      { z: 3, silent: true },
    ),
    textSeries(
      names.map((name, i) => ({
        at: [left + 10, y(i)],
        text: name,
        ...(name.includes('\n') && { style: { ...nameText, lineHeight: 14 } }),
      })),
    ),
    textSeries(parts.map((part, i) => ({ at: [right, y(i)], text: text(part), position: 'left', style: valueText }))),
  ]
}

/** Braces mean something to the engine that draws. */
function drawable(text: string): string {
  return text.replaceAll('{', '(').replaceAll('}', ')')
}

function footOf(groups: number, words: Words): string {
  const foot = say(words, 'pages.foot.donut')
  return groups <= most ? foot : `${foot}. ${say(words, 'pages.foot.top', { shown: most, all: groups })}`
}
