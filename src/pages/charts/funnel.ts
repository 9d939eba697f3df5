import { formatShort, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { Chart, ChartInput } from './chart.ts'
import { cellOf, textWidth, wrapNames } from './points.ts'
import {
  base,
  colour,
  hitSeries,
  literal,
  nameAxis,
  noOutline,
  onPanel,
  quiet,
  textSeries,
  tickText,
  valueText,
} from './style.ts'

/** One count on the way, and what became of the one before. */
export interface Stage {
  label: string
  value: number | null
  /** Of the first stage that is known. */
  share: number | null
  /** What was lost since the stage before; below zero where more came out than went in. */
  lost: number | null
  lostShare: number | null
}

const row = 54

/** How many get from one stage to the next: bars from zero. A stage that is larger than the one before is marked, not believed. */
export const funnel: Chart = {
  name: 'funnel',
  draw(input) {
    const { frame, words, width } = input
    const stages = stagesOf(input)
    const unit = frame.metrics[frame.query.metrics[0] ?? '']?.unit ?? 'count'
    const texts = stages.map(({ value, share }) =>
      value === null
        ? say(words, 'pages.funnel.unknown')
        : share === null
          ? formatShort(value, unit, words)
          : say(words, 'pages.bars.share', {
              value: formatShort(value, unit, words),
              share: formatValue(share, 'ratio', words),
            }),
    )
    const { names, width: left } = wrapNames(
      stages.map(({ label }) => label),
      width * (width < 420 ? 0.34 : 0.3),
    )
    const top = Math.max(...stages.map(({ value }) => value ?? 0), 1e-9)
    const losses = stages.map((stage) => lossOf(stage, unit, input))
    return {
      option: base({
        grid: { left: left + 12, right: textWidth(texts) + 4, top: 0, bottom: 0, containLabel: false },
        xAxis: { type: 'value', min: 0, max: top, show: false },
        yAxis: nameAxis(names, 8),
        series: [
          hitSeries(
            stages.map((stage, i) => ({
              value: top,
              tip: [`${stage.label}: ${texts[i]}`, losses[i]].filter(Boolean).join('; '),
            })),
          ),
          {
            type: 'bar',
            barWidth: 18,
            silent: true,
            z: 3,
            ...quiet,
            label: { show: true, position: 'right', distance: 7, ...valueText, ...noOutline },
            data: stages.map(({ value, lost }, i) => ({
              value: value ?? 0,
              itemStyle: grows(lost)
                ? { color: colour.hatch, borderColor: 'var(--bad)', borderWidth: 1 }
                : { color: colour.accent, borderRadius: [0, 3, 3, 0] },
              label: { formatter: literal(texts[i] ?? '') },
            })),
          },
          textSeries(
            stages.flatMap(({ lost }, i) =>
              losses[i]
                ? [
                    {
                      at: [0, i] as [number, number],
                      text: losses[i] ?? '',
                      style: {
                        ...tickText,
                        ...onPanel,
                        distance: 0,
                        offset: [0, -row / 2],
                        ...(grows(lost) && { color: 'var(--bad)', fontWeight: 600 }),
                      },
                    },
                  ]
                : [],
            ),
          ),
        ],
      }),
      height: stages.length * row,
      label: say(words, 'pages.chart.lists', {
        metric: say(words, 'pages.funnel.name'),
        list: stages.map(({ label }, i) => [`${label}: ${texts[i]}`, losses[i]].filter(Boolean).join(', ')).join('; '),
      }),
      foot: say(words, 'pages.foot.funnel', { grown: stages.filter(({ lost }) => grows(lost)).length }),
    }
  },
}

function grows(lost: number | null): boolean {
  return lost !== null && lost < 0
}

/** The metrics of the query in its order. A stage that nobody counted is no zero: the next is compared with the last that is known. */
export function stagesOf({ frame }: Pick<ChartInput, 'frame'>): Stage[] {
  const cells = frame.query.metrics.map((id) => ({
    label: frame.metrics[id]?.label ?? id,
    value: cellOf(frame.rows[0], id).value,
  }))
  const first = cells.find(({ value }) => value !== null)?.value ?? 0
  let before: number | null = null
  return cells.map(({ label, value }) => {
    const lost = value === null || before === null ? null : before - value
    const lostShare = lost === null || !before ? null : lost / before
    if (value !== null) before = value
    return { label, value, share: value === null || first <= 0 ? null : value / first, lost, lostShare }
  })
}

function lossOf(
  { lost, lostShare }: Stage,
  unit: Parameters<typeof formatValue>[1],
  { words, width }: ChartInput,
): string {
  if (lost === null) return ''
  const size = formatShort(Math.abs(lost), unit, words)
  if (lost < 0) return say(words, 'pages.funnel.grows', { size, room: width < 420 ? 'narrow' : 'wide' })
  if (lost === 0) return `±${size}`
  if (lostShare === null) return `−${size}`
  return `−${size} (${formatValue(lostShare, 'ratio', words)})`
}
