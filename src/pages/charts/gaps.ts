import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { ChartDrawing, ChartInput, Option } from './chart.ts'
import { fitNames, textWidth, wrapNames } from './points.ts'
import { digitsOf, niceScale } from './scale.ts'
import { base, colour, hitSeries, intervalLines, nameAxis, numbersSeries, quiet, valueAxis } from './style.ts'

/** A difference of one group: from zero, with its 95 % interval. */
export interface Gap {
  label: string
  value: number
  low: number
  high: number
  /** It is no accident of the sample, after control for all groups. */
  real: boolean
  /** `+0.32 · better`. */
  text: string
  /** The difference alone: on a phone the side of zero and the sentence above say the rest. */
  short: string
  tip: string
  filter?: string
}

/** Differences as dots with intervals about a line at zero; in colour and in words only those that are real. */
export function drawGaps(
  gaps: Gap[],
  metric: { label: string; unit: MetricUnit },
  { words, width }: Pick<ChartInput, 'words' | 'width'>,
): ChartDrawing {
  // Differences of shares are points, which an axis of percent would not say.
  const size = metric.unit === 'ratio' ? 100 : 1
  const unit = metric.unit === 'ratio' || metric.unit === 'points' ? 'points' : metric.unit
  const all = gaps.flatMap(({ low, high }) => [low * size, high * size])
  const { names, width: left, lines } = namesOf(gaps, width)
  const least = gaps.length > 8 && lines === 1 ? 26 : 34
  const row = gaps.length > 8 ? least : Math.min(42, Math.max(34, 162 / Math.max(1, gaps.length)))
  const texts = gaps.map(({ text, short }) => (width < 420 ? short : text))
  const right = textWidth(texts)
  const ticks = Math.min(6, Math.max(2, Math.floor((width - left - 14 - right) / 64)))
  const scale = niceScale(Math.min(0, ...all), Math.max(0, ...all), unit, ticks)
  const option = base({
    grid: { left: left + 14, right, top: 4, bottom: 26, containLabel: false },
    xAxis: valueAxis(scale, unit, digitsOf(scale.step, unit)),
    yAxis: nameAxis(names, 10),
    series: [
      hitSeries(gaps.map(({ filter, tip }) => ({ value: scale.max, tip, ...(filter !== undefined && { filter }) }))),
      ...[true, false].map((real) => dotsOf(gaps, real, size)),
      textsOf(gaps, texts, scale.max),
    ],
  })
  return {
    option,
    height: gaps.length * row + 30,
    label: say(words, 'pages.gaps.says', { metric: metric.label, list: gaps.map(({ tip }) => tip).join('; ') }),
    foot: say(words, 'pages.foot.gaps'),
  }
}

/** On one line where they have room, on two where one would be cut. */
function namesOf(gaps: Gap[], width: number): ReturnType<typeof wrapNames> {
  const labels = gaps.map(({ label }) => label)
  const fitted = fitNames(labels, width * (width < 420 ? 0.3 : 0.34))
  if (fitted.names.every((name, at) => name === labels[at])) return { ...fitted, lines: 1 }
  return wrapNames(labels, width * (width < 420 ? 0.38 : 0.34))
}

function dotsOf(gaps: Gap[], real: boolean, size: number): Option {
  const shown = gaps.flatMap((gap, index) => (gap.real === real ? [{ gap, index }] : []))
  return {
    type: 'scatter',
    symbolSize: 9,
    silent: true,
    z: 6,
    itemStyle: { color: real ? colour.accent : colour.mark, opacity: 1 },
    ...quiet,
    data: shown.map(({ gap, index }) => ({ value: [gap.value * size, index] })),
    markLine: intervalLines(real ? colour.interval : 'var(--hatch)', [
      ...(real ? [] : [{ xAxis: 0, lineStyle: { type: 'solid', width: 1, color: colour.soft, cap: 'butt' } }]),
      ...shown.map(({ gap, index }) => [{ coord: [gap.low * size, index] }, { coord: [gap.high * size, index] }]),
    ]),
  }
}

/** In a column of their own at the right end, where no interval runs behind them. */
function textsOf(gaps: Gap[], texts: string[], end: number): Option {
  return numbersSeries(
    gaps.map(({ real }, index) => ({
      value: [end, index],
      label: { formatter: texts[index], color: real ? colour.ink : colour.soft, fontWeight: real ? 600 : 400 },
    })),
  )
}
