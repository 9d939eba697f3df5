import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { Frame, FrameRow, MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { timeAxis, toldOf } from './line.ts'
import { type Step, stepsOf } from './periods.ts'
import { cellOf } from './points.ts'
import { digitsOf, niceScale } from './scale.ts'
import { countAxis, endLabels, fitEnds, halfColumn, hatches, hitsOf, startOfRow } from './stacks.ts'
import { base, colour, type Item, quiet, shapeSeries, valueAxis } from './style.ts'

const top = 12
const bottom = 30
const ins = [colour.accent, colour.interval, 'var(--part-3)']
const outs = [colour.mark, colour.soft]

/** One period: what came in, what went out (both as sizes), and what remains. */
export interface Flow {
  ins: (number | null)[]
  outs: (number | null)[]
  net: number | null
  /** Does the net differ from what came in less what went out? */
  off: boolean
}

/** What comes in upward, what goes out downward, the net as a line with points: all on one axis. */
export const flows: Chart = {
  name: 'flows',
  draw(input) {
    const { frame, words, width } = input
    const { up = [], down = [] } = input.encode
    const unit = frame.metrics[up[0] ?? '']?.unit ?? 'number'
    const steps = stepsOf(frame, up[0] ?? '', words)
    const rows = new Map(frame.rows.map((row) => [startOfRow(row), row]))
    const all = steps.map(({ start }) => flowOf(rows.get(start), input))
    const columns = all.map((flow) => [...piled(flow.ins, 1), ...piled(flow.outs, -1)])
    const values = [...columns.flat(2), ...all.map(({ net }) => net)].filter((each) => each !== null)
    const scale = niceScale(Math.min(0, ...values), Math.max(0, ...values), unit, 5)
    const height = width < 420 ? 240 : 280
    const series = [...up.map((_, i) => ins[i % ins.length] ?? ''), ...down.map((_, i) => outs[i % outs.length] ?? '')]
    const labels = [...up, ...down].map((id) => frame.metrics[id]?.label ?? id)
    const net = frame.metrics[input.encode.net ?? '']?.label ?? say(words, 'pages.flows.net')
    const { names, right } = fitEnds([...labels, net], width)
    const last = steps.indexOf(
      toldOf(steps.map((each, i) => ({ ...each, cell: { value: all[i]?.net ?? null } }))) as Step,
    )
    const at = last >= 0 ? last : steps.findLastIndex((_, i) => all[i]?.net !== null)
    const told = (i: number) => textOf(all[i], labels, net, unit, input)
    return {
      option: base({
        grid: { left: 58, right, top, bottom, containLabel: false },
        xAxis: [timeAxis(steps, 0), countAxis(steps)],
        yAxis: valueAxis(scale, unit, digitsOf(scale.step, unit)),
        series: [
          ...hatches(steps, scale),
          shapeSeries('box', hitsOf(steps, scale, told, words), { z: 2, xAxisIndex: 1 }),
          shapeSeries('box', boxesOf(columns, series), { z: 3, silent: true, xAxisIndex: 1 }),
          ...netLine(steps, all),
          endLabels(
            [
              ...(columns[at] ?? []).flatMap((part, i) =>
                part ? [{ text: names[i] ?? '', color: series[i] ?? '', y: (part[0] + part[1]) / 2 }] : [],
              ),
              { text: names.at(-1) ?? '', color: colour.ink, y: all[at]?.net ?? 0 },
            ],
            steps.length - 0.5,
            ((scale.max - scale.min) * 16) / (height - top - bottom),
            scale,
          ),
        ],
      }),
      height,
      label: say(words, 'pages.flows.says', {
        count: steps.length,
        last: steps[at]?.label ?? '–',
        list: told(at),
      }),
      foot: footOf(frame, steps, all, input),
    }
  },
}

/** What a row says of its period. */
export function flowOf(row: FrameRow | undefined, { encode }: Pick<ChartInput, 'encode'>): Flow {
  const read = (ids: string[] | undefined) =>
    (ids ?? []).map((id) => {
      const { value } = cellOf(row, id)
      return value === null ? null : Math.abs(value)
    })
  const [incoming, outgoing] = [read(encode.up), read(encode.down)]
  const known = [...incoming, ...outgoing].every((each) => each !== null)
  const sum = (values: (number | null)[]) => values.reduce<number>((whole, each) => whole + (each ?? 0), 0)
  const rest = known && row ? sum(incoming) - sum(outgoing) : null
  const net = encode.net ? cellOf(row, encode.net).value : rest
  const off = net !== null && rest !== null && Math.abs(net - rest) > 1e-6 * Math.max(sum(incoming), sum(outgoing), 1)
  return { ins: incoming, outs: outgoing, net, off }
}

function piled(values: (number | null)[], side: 1 | -1): ([number, number] | null)[] {
  let at = 0
  return values.map((each) => {
    if (each === null) return null
    const from = at
    at = Number((at + each * side).toPrecision(12))
    return [from, at]
  })
}

function boxesOf(columns: ([number, number] | null)[][], series: string[]): Item[] {
  return columns.flatMap((parts, i) =>
    parts.flatMap((part, k) =>
      part && part[0] !== part[1]
        ? [{ value: [i - halfColumn, i + halfColumn, ...part], color: series[k] ?? '', border: colour.panel }]
        : [],
    ),
  )
}

/** A period that is not whole has its point, hollow, but no line leads to it. */
function netLine(steps: Step[], all: Flow[]): Option[] {
  const points = (partial: boolean) =>
    steps.map((each, i) => [i, each.partial === partial ? (all[i]?.net ?? '-') : '-'])
  const shared = { xAxisIndex: 1, symbol: 'circle', symbolSize: 6, silent: true, z: 5, ...quiet }
  return [
    {
      ...shared,
      type: 'line',
      connectNulls: false,
      showSymbol: true,
      lineStyle: { color: colour.ink, width: 2 },
      itemStyle: { color: colour.ink },
      data: points(false),
    },
    {
      ...shared,
      type: 'scatter',
      itemStyle: { color: colour.panel, borderColor: colour.ink, borderWidth: 1.5, opacity: 1 },
      data: points(true).filter((each) => each[1] !== '-'),
    },
  ]
}

function textOf(
  flow: Flow | undefined,
  labels: string[],
  net: string,
  unit: MetricUnit,
  { words }: ChartInput,
): string {
  if (!flow) return '–'
  const parts = [...flow.ins, ...flow.outs].map((each, i) => `${labels[i]}: ${formatValue(each, unit, words)}`)
  const sign = flow.net !== null && flow.net < 0 ? '−' : ''
  const rest = flow.net === null ? '–' : sign + formatValue(Math.abs(flow.net), unit, words)
  return [...parts, `${net}: ${rest}`].join('; ')
}

function footOf(frame: Frame, steps: Step[], all: Flow[], { words }: ChartInput): string {
  return say(words, 'pages.foot.flows', {
    line: say(words, 'pages.foot.line', { kind: frame.query.grain ?? 'month' }),
    partial: steps.some((each) => each.partial) ? 'some' : 'none',
    off: all.filter((each) => each.off).length,
  })
}
