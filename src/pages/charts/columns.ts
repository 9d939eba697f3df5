import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput } from './chart.ts'
import { type Groups, groupsOf } from './groups.ts'
import { timeAxis, toldOf } from './line.ts'
import { type Step, stepsOf } from './periods.ts'
import { cellOf, dimensionOf, keyOf, metricOf } from './points.ts'
import { digitsOf, niceScale } from './scale.ts'
import { countAxis, endLabels, fitEnds, halfColumn, hatches, startOfRow } from './stacks.ts'
import { base, colour, type Item, partColour, shapeSeries, valueAxis } from './style.ts'

const top = 12
const bottom = 30

/** An amount over time as columns, stacked by a dimension; as shares where asked. What is not whole is hatched, a gap stays empty. */
export const columns: Chart = {
  name: 'columns',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const by = dimensionOf(frame, input.encode.series)
    const groups = groupsOf(input, by, metric.id)
    const steps = stepsOf(frame, metric.id, words)
    const sums = sumsOf(input, by, metric.id, groups, steps)
    const shares = input.encode.as === 'share_of_column'
    const stacks = sums.map((each) => stackOf(each, shares))
    const ends = stacks.flatMap((each) => each.flatMap((part) => (part ? [part.from, part.to] : [])))
    const scale = shares
      ? { min: 0, max: 1, step: 0.25 }
      : niceScale(Math.min(0, ...ends), Math.max(0, ...ends), metric.unit, 4)
    const unit = shares ? 'ratio' : metric.unit
    const height = width < 420 ? 240 : 280
    const { names, right } = fitEnds(
      groups.groups.map(({ label }) => label),
      width,
    )
    const last = steps.indexOf(toldOf(steps) as Step)
    const told = (step: number, group: number) => textOf(sums[step] ?? [], group, metric.unit, input)
    const items: Item[] = stacks.flatMap((parts, i) =>
      parts.flatMap((part, g) => {
        const group = groups.groups[g]
        if (!part || !group || part.from === part.to) return []
        const partial = steps[i]?.partial ? ` (${say(words, 'pages.partial')})` : ''
        return [
          {
            value: [i - halfColumn, i + halfColumn, part.from, part.to],
            color: partColour(group.place),
            border: colour.panel,
            tip: `${steps[i]?.label}${partial} · ${group.label}: ${told(i, g)}`,
            filter: group.filter,
          },
        ]
      }),
    )
    const middles = (stacks[last] ?? []).flatMap((part, g) =>
      part
        ? [{ text: names[g] ?? '', color: partColour(groups.groups[g]?.place ?? null), y: (part.from + part.to) / 2 }]
        : [],
    )
    const absent = groups.groups.flatMap((group, g) =>
      stacks[last]?.[g] ? [] : [{ text: names[g] ?? '', color: partColour(group.place), y: scale.max }],
    )
    return {
      option: base({
        grid: { left: 52, right, top, bottom, containLabel: false },
        xAxis: [timeAxis(steps, 0), countAxis(steps)],
        yAxis: valueAxis(scale, unit, digitsOf(scale.step, unit)),
        series: [
          ...hatches(steps, scale),
          shapeSeries('box', items, { z: 3, xAxisIndex: 1 }),
          endLabels(
            [...middles, ...absent],
            steps.length - 0.5,
            ((scale.max - scale.min) * 16) / (height - top - bottom),
            scale,
          ),
        ],
      }),
      height,
      label: say(words, 'pages.columns.says', {
        metric: metric.label,
        count: steps.length,
        last: steps[last]?.label ?? '–',
        list: groups.groups.map(({ label }, g) => `${label}: ${told(last, g)}`).join('; '),
      }),
      foot: say(words, 'pages.foot.columns', {
        line: say(words, 'pages.foot.line', { kind: frame.query.grain ?? 'month' }),
        shares: shares ? 'some' : 'none',
        partial: steps.some((each) => each.partial) ? 'some' : 'none',
        others: groups.others,
      }),
    }
  },
}

/** For each period the sum of each group; null where there is none. */
function sumsOf({ frame }: ChartInput, by: string, metric: string, groups: Groups, steps: Step[]): (number | null)[][] {
  const place = new Map(steps.map(({ start }, i) => [start, i]))
  const sums = steps.map(() => groups.groups.map((): number | null => null))
  for (const row of frame.rows) {
    const into = sums[place.get(startOfRow(row)) ?? -1]
    const { value } = cellOf(row, metric)
    if (!into || value === null) continue
    const group = groups.of(keyOf(row, by))
    into[group] = (into[group] ?? 0) + value
  }
  return sums
}

/** The largest group stands on the axis; what is below zero hangs below it. A share of a sum below zero is none. */
function stackOf(values: (number | null)[], shares: boolean): ({ from: number; to: number } | null)[] {
  const sum = values.reduce<number>((all, each) => all + (each ?? 0), 0)
  const whole = values.every((each) => (each ?? 0) >= 0) && sum > 0
  let [up, down] = [0, 0]
  return values.map((each) => {
    if (each === null || (shares && !whole)) return null
    const size = shares ? each / sum : each
    if (size < 0) {
      down += size
      return { from: round(down - size), to: round(down) }
    }
    up += size
    return { from: round(up - size), to: round(up) }
  })
}

/** Sums of fractions end in noise that would make a drawing differ between machines. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}

function textOf(values: (number | null)[], group: number, unit: MetricUnit, { words }: ChartInput): string {
  const value = values[group] ?? null
  const text = formatValue(value, unit, words)
  const sum = values.reduce<number>((all, each) => all + (each ?? 0), 0)
  if (value === null || sum <= 0 || values.some((each) => (each ?? 0) < 0)) return text
  return say(words, 'pages.bars.share', { value: text, share: formatValue(value / sum, 'ratio', words) })
}
