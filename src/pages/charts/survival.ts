import { formatValue, type Unit } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Survival } from '../../insights/survival.ts'
import type { Curve, CurvePoint } from '../../insights/survival-curves.ts'
import { writtenTime } from '../../insights/survival-words.ts'
import type { ChartDrawing, Option } from './chart.ts'
import { oneLine } from './points.ts'
import { digitsOf, niceScale, type Scale } from './scale.ts'
import { endLabels, fitEnds } from './stacks.ts'
import { base, colour, type Item, partColour, quiet, shapeSeries, valueAxis } from './style.ts'

const day = 86_400
const top = 14
const bottom = 30
/** Curves that can be told apart; the table has all. */
const mostCurves = 6

/** Shares that are still without the event, as steps with their intervals, each group named at the end of its curve. */
export function drawSurvival(found: Survival, words: Words, width: number): ChartDrawing {
  const curves = (found.curves.length > 1 ? found.curves : [found.whole]).slice(0, mostCurves)
  const end = Math.max(
    ...[found.whole, ...curves].map((each) => each.points.at(-1)?.time ?? 0),
    found.ticks.at(-1) ?? 0,
  )
  const { size, unit, kind } = axisOf(found, end)
  const ticks = Math.min(8, Math.max(3, Math.floor(width / 110)))
  const across = niceScale(0, end / size, kind, ticks)
  const low = Math.min(...curves.flatMap(({ points }) => points.map((each) => each.low ?? each.value)), 1)
  // Where hardly anybody leaves, an axis from zero would show a flat line; it says where it begins.
  const up = niceScale(low > 0.6 ? low : 0, 1, 'ratio', 5)
  const height = width < 420 ? 230 : 300
  const { names, right } = fitEnds(
    curves.map(({ label }) => oneLine(label)),
    width,
  )
  const paint = (at: number) => (curves.length === 1 ? colour.accent : partColour(at))
  const drawn = curves.map((each) => stepsOf(each, end))
  const what = say(words, `pages.survival.what.${found.about}`)
  const axis = {
    ...valueAxis(across, kind, digitsOf(across.step, kind)),
    splitLine: { show: false },
    axisLine: { show: true, lineStyle: { color: colour.line } },
  }
  return {
    option: base({
      grid: { left: 52, right, top, bottom, containLabel: false },
      xAxis: [axis, { ...axis, show: false }],
      yAxis: { ...valueAxis(up, 'ratio', digitsOf(up.step, 'ratio')), ...(up.min > 0 && { startValue: up.min }) },
      series: [
        shapeSeries('box', hitsOf(found, curves, size, across, up, words), { z: 1, xAxisIndex: 1 }),
        ...drawn.flatMap((points, at) => veilOf(points, size, paint(at))),
        ...drawn.map((points, at) => strokeOf(points, size, paint(at))),
        endLabels(
          drawn.map((points, at) => ({ text: names[at] ?? '', color: paint(at), y: points.at(-1)?.value ?? 1 })),
          tidy(end / size),
          ((up.max - up.min) * 16) / (height - top - bottom),
          up,
        ),
      ],
    }),
    height,
    label: say(words, 'pages.survival.label', {
      what,
      list: curves
        .map(({ label, median }) =>
          say(words, 'pages.survival.one', { group: label, median: writtenTime(median.value, found.about, words) }),
        )
        .join('; '),
    }),
    foot: [
      say(words, 'pages.survival.foot', { what, unit }),
      ...(curves.some(({ events }) => events === 0) ? [say(words, 'pages.survival.flat')] : []),
    ].join(' '),
  }
}

interface Axis {
  /** Seconds of one step of the axis. */
  size: number
  unit: 'years' | 'months' | 'days' | 'time'
  kind: Unit
}

function axisOf({ about }: Survival, end: number): Axis {
  if (about !== 'customers') return { size: 1, unit: 'time', kind: 'seconds' }
  if (end > 2 * 365.25 * day) return { size: 365.25 * day, unit: 'years', kind: 'number' }
  if (end > 90 * day) return { size: 30.4375 * day, unit: 'months', kind: 'number' }
  return { size: day, unit: 'days', kind: 'number' }
}

/** From 1 at the beginning, to where the picture or the knowledge ends. */
function stepsOf({ points, at, median }: Curve, end: number): CurvePoint[] {
  const first: CurvePoint = { time: 0, at_risk: 0, value: 1, low: 1, high: 1 }
  const last = points.at(-1) ?? first
  const known = at.findLast((each) => each !== null)
  const until = Math.max(last.time, Math.min(end, known?.time ?? (median.value === null ? end : last.time)))
  return [first, ...points, { ...last, time: until }]
}

function veilOf(points: CurvePoint[], size: number, color: string): Option[] {
  const known = points.filter(({ low, high }) => low !== null && high !== null)
  if (known.every(({ low }) => low === 1)) return []
  const value = [known.length, ...known.flatMap(({ time, low, high }) => [tidy(time / size), tidy(low!), tidy(high!)])]
  return [shapeSeries('veil', [{ value, color }], { z: 2, silent: true, xAxisIndex: 1 })]
}

function strokeOf(points: CurvePoint[], size: number, color: string): Option {
  return {
    type: 'line',
    step: 'end',
    xAxisIndex: 1,
    symbol: 'none',
    silent: true,
    z: 5,
    ...quiet,
    lineStyle: { color, width: 2 },
    data: points.map(({ time, value }) => [tidy(time / size), tidy(value)]),
  }
}

function tidy(value: number): number {
  return Number(value.toPrecision(6))
}

/** The height between two round times answers a pointer with the shares at the later one. */
function hitsOf(
  { about, ticks, whole }: Survival,
  curves: Curve[],
  size: number,
  across: Scale,
  up: Scale,
  words: Words,
): Item[] {
  return ticks.flatMap((tick, at) => {
    const told = curves.flatMap((each) => {
      const point = each === whole ? whole.at[at] : each.at[at]
      if (!point) return []
      const share = formatValue(point.value, 'ratio', words)
      return say(words, 'pages.survival.tip.one', { group: each.label, share, n: point.at_risk })
    })
    if (told.length === 0) return []
    const to = Math.min(across.max, tick / size)
    const tip = say(words, 'pages.survival.tip', { time: writtenTime(tick, about, words), list: told.join('; ') })
    return [{ value: [(ticks[at - 1] ?? 0) / size, to, up.min, up.max], color: colour.hit, tip }]
  })
}
