import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { formatRate, type IssueTrend, type IssueTrends } from '../../insights/issue-trends.ts'
import type { ChartDrawing, Option } from './chart.ts'
import { oneLine, textWidth } from './points.ts'
import { digitsOf, niceScale, type Scale } from './scale.ts'
import { base, colour, nameText, onPanel, quiet, textSeries, tickText, valueAxis, valueText } from './style.ts'

/** Values that get a picture; the table has all. */
export const mostPictures = 6
const panelHeight = 190
const top = 44
const bottom = 26
const left = 50
/** Weeks of which a point is the mean: a week of few cases is all noise. */
const smoothed = 4

interface Panel {
  name: string
  trend: IssueTrend
  rates: (number | null)[]
  scale: Scale
  last: string
}

/** The rate of what moves most, a small picture each on its own scale, with the week from which on it was another one. */
export function drawIssueTrends({ trends, weeks, base: of }: IssueTrends, words: Words, width: number): ChartDrawing {
  const unit = of === 'customers' ? ('number' as const) : ('ratio' as const)
  const across = Math.min(width < 420 ? 1 : 3, trends.length)
  const room = Math.round(width / across)
  const panels = trends.slice(0, mostPictures).map((trend): Panel => {
    const means = meansOf(trend.rates)
    const rates = means.map((rate) => (rate === null || of === 'cases' ? rate : rate * 1000))
    const high = Math.max(0, ...rates.filter((rate) => rate !== null))
    const name = trend.only_in === null ? trend.label : `${trend.label} · ${marketOf(trend)}`
    return {
      name,
      trend,
      rates,
      scale: niceScale(0, high, unit, 3),
      last: formatRate(means.findLast((rate) => rate !== null) ?? null, of, words),
    }
  })
  const right = textWidth(panels.map(({ last }) => last)) + 8
  const labels = weeks.map((week) => formatDate(week, words, { month: 'short', year: '2-digit' }))
  return {
    option: base({
      grid: panels.map((_, i) => ({
        left: (i % across) * room + left,
        top: Math.floor(i / across) * panelHeight + top,
        ...(across === 1 ? { right } : { width: room - left - right }),
        height: panelHeight - top - bottom,
        containLabel: false,
      })),
      xAxis: panels.map((_, i) => ({
        type: 'category',
        gridIndex: i,
        data: labels,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colour.line } },
        axisLabel: { ...tickText, margin: 8, hideOverlap: true, interval: Math.max(1, Math.ceil(labels.length / 3)) },
      })),
      yAxis: panels.map(({ name, scale }, i) => ({
        ...valueAxis(scale, unit, digitsOf(scale.step, unit)),
        gridIndex: i,
        name: fitted(name, room - 24),
        nameLocation: 'end',
        nameGap: 20,
        nameTextStyle: { ...nameText, align: 'left', padding: [0, 0, 0, 8 - left] },
      })),
      series: panels.flatMap((panel, i) =>
        seriesOf(panel, weeks, of, words).map((each) => ({ ...each, xAxisIndex: i, yAxisIndex: i })),
      ),
    }),
    height: Math.ceil(panels.length / across) * panelHeight,
    label: say(words, 'pages.trends.label', {
      count: panels.length,
      list: panels
        .map(
          ({ name, trend }) => `${name} ${formatRate(trend.before, of, words)} → ${formatRate(trend.after, of, words)}`,
        )
        .join('; '),
    }),
    foot: say(words, `pages.trends.foot.${of}`),
  }
}

function seriesOf(
  { trend, rates, scale, last }: Panel,
  weeks: string[],
  of: IssueTrends['base'],
  words: Words,
): Option[] {
  const { since } = trend
  const end = rates.findLastIndex((rate) => rate !== null)
  const at = since ? weeks.indexOf(since.week) : -1
  const hits: Option = {
    type: 'bar',
    barWidth: '100%',
    z: 1,
    ...quiet,
    data: weeks.map((week, i) => ({
      value: scale.max,
      tip: say(words, 'pages.trends.tip', {
        week: formatDate(week, words),
        rate: formatRate(trend.rates[i] ?? null, of, words),
      }),
      itemStyle: { color: colour.hit },
    })),
  }
  const line = (data: unknown[], lineStyle: Option): Option => ({
    type: 'line',
    symbol: 'none',
    silent: true,
    connectNulls: false,
    z: 4,
    ...quiet,
    lineStyle,
    data,
  })
  const stroke = line(
    rates.map((rate) => rate ?? '-'),
    { color: colour.accent, width: 2 },
  )
  if (!since) return [hits, stroke, textSeries([{ at: [end, rates[end] ?? 0], text: last, style: valueText }])]
  const late = at > weeks.length / 2
  return [
    hits,
    line(
      [
        [at, 0],
        [at, scale.max],
      ],
      { color: colour.ink, width: 1, type: [4, 3] },
    ),
    stroke,
    textSeries([
      { at: [end, rates[end] ?? 0], text: last, style: valueText },
      {
        at: [at, scale.max],
        text: say(words, 'pages.trends.since', { week: formatDate(since.week, words) }),
        position: late ? 'left' : 'right',
        style: { ...tickText, ...onPanel },
      },
    ]),
  ]
}

const marketOf = (trend: IssueTrend): string =>
  trend.markets.find(({ market }) => market === trend.only_in)?.label ?? trend.only_in ?? ''

function fitted(name: string, room: number): string {
  let text = oneLine(name)
  while (text.length > 4 && textWidth([text]) > room) text = `${text.slice(0, -2).trimEnd()}…`
  return text
}

/** Mean of the known rates of so many weeks up to each one. */
function meansOf(rates: (number | null)[]): (number | null)[] {
  return rates.map((_, i) => {
    const known = rates.slice(Math.max(0, i - smoothed + 1), i + 1).filter((rate) => rate !== null)
    return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0) / known.length
  })
}
