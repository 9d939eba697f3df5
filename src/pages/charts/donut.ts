import { formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Frame, MetricUnit } from '../../metrics/frame.ts'
import type { Chart, Option } from './chart.ts'
import { cellOf, dimensionOf, metricOf, oneLine, pointsOf } from './points.ts'
import { base, colour, nameText, noOutline, quiet, tickText } from './style.ts'

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

/** Shares of a whole: the largest parts, then "Other"; each with its name beside it, the whole in the middle. */
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
    const height = width < 420 ? 268 : 300
    const outer = Math.round(Math.min(height / 2 - 30, width * (width < 420 ? 0.22 : 0.2)))
    const hole = Math.round(outer * 0.64)
    return {
      option: base({
        series: [
          {
            type: 'pie',
            radius: [hole, outer],
            startAngle: 90,
            clockwise: true,
            ...quiet,
            avoidLabelOverlap: true,
            labelLine: { length: 10, length2: 8, lineStyle: { color: colour.mark, width: 1 } },
            labelLayout: { hideOverlap: false },
            data: parts.map((part) => ({
              value: part.value,
              name: drawable(`${part.label}${width < 420 ? '\n' : ' '}${text(part)}`),
              filter: part.filter,
              tip: `${part.label}: ${formatValue(part.value, metric.unit, words)} · ${text(part)}`,
              itemStyle: { color: part.colour, borderColor: colour.panel, borderWidth: 1.5 },
              label: {
                ...nameText,
                ...noOutline,
                formatter: '{b}',
                lineHeight: 15,
                width: labelRoom(width, outer),
                overflow: 'truncate',
              },
            })),
          },
          centre(formatValue(whole, metric.unit, words), metric.label, hole),
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

/** The whole and what it counts, as a pie of no size: its label stands in the middle of the hole. */
function centre(value: string, unit: string, hole: number): Option {
  const size = Math.max(12, Math.min(24, Math.floor((hole * 2 - 16) / (value.length * 0.6))))
  const room = Math.max(8, Math.floor((hole * 2 - 12) / 6.4))
  const name = oneLine(unit)
  const fitted = name.length > room ? `${name.slice(0, room - 1).trimEnd()}…` : name
  return {
    type: 'pie',
    radius: [0, 0],
    silent: true,
    ...quiet,
    label: {
      show: true,
      position: 'center',
      formatter: '{b}',
      ...noOutline,
      rich: {
        whole: { color: colour.ink, fontSize: size, fontWeight: 560, lineHeight: size + 6, fontFamily: 'inherit' },
        unit: { ...tickText, lineHeight: 16 },
      },
    },
    data: [{ value: 1, name: `{whole|${value}}\n{unit|${drawable(fitted)}}`, itemStyle: { color: colour.hit } }],
  }
}

/** Braces mean something to the engine that draws. */
function drawable(text: string): string {
  return text.replaceAll('{', '(').replaceAll('}', ')')
}

function labelRoom(width: number, outer: number): number {
  return Math.max(60, Math.round(width / 2 - outer - 24))
}

function footOf(groups: number, words: Words): string {
  const foot = say(words, 'pages.foot.donut')
  return groups <= most ? foot : `${foot}. ${say(words, 'pages.foot.top', { shown: most, all: groups })}`
}
