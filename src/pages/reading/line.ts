import { formatP, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { fewestOf } from '../../metrics/family.ts'
import type { MetricCell } from '../../metrics/frame.ts'
import { differenceInterval, differenceP, type Estimate } from '../../stats/difference.ts'
import { type Step, stepsOf } from '../charts/periods.ts'
import { metricOf } from '../charts/points.ts'
import { highestOf, isFact, type Reading, type ReadingInput, told } from './reading.ts'

/** First and last whole period. Of a sample, whether the two differ beyond chance: both were chosen before anyone looked. */
export const readLine: Reading = (input) => {
  const { frame, words } = input
  if (frame.query.by?.length) return undefined
  const metric = metricOf(frame, input.encode.value)
  const whole = stepsOf(frame, metric.id, words).filter(({ cell, partial }) => !partial && cell && cell.value !== null)
  return isFact(metric.id, input) ? factOf(whole, metric.id, input) : differenceOf(whole, metric.id, input)
}

function factOf(whole: Step[], metric: string, input: ReadingInput): string | undefined {
  const [first, last] = [whole[0], whole.at(-1)]
  if (!first || !last || first === last) return undefined
  const number = (step: Step) => step.cell?.value ?? 0
  const peak = highestOf(whole, number)
  return say(input.words, 'pages.reading.line', {
    first: first.label,
    from: told(number(first), metric, input),
    last: last.label,
    to: told(number(last), metric, input),
    peak: peak === undefined || peak === first ? 'none' : peak === last ? 'last' : 'other',
    top: peak?.label ?? '',
    high: peak ? told(number(peak), metric, input) : '',
  })
}

function differenceOf(whole: Step[], metric: string, input: ReadingInput): string | undefined {
  const definition = input.metrics.get(metric)
  if (!definition) return undefined
  const enough = whole.flatMap(({ label, cell }) => {
    const found = cell && estimateOf(cell)
    return found && (cell.n ?? 0) >= fewestOf(definition) ? [{ label, ...found }] : []
  })
  const [first, last] = [enough[0], enough.at(-1)]
  if (!first || !last || first === last) return undefined
  const p = differenceP(last.value - first.value, differenceInterval(last, first))
  const unit = input.frame.metrics[metric]?.unit ?? 'number'
  return say(input.words, 'pages.reading.line-sample', {
    real: p < 0.05 ? 'yes' : 'no',
    first: first.label,
    from: formatValue(first.value, unit, input.words),
    last: last.label,
    to: formatValue(last.value, unit, input.words),
    p: formatP(p, input.words),
  })
}

function estimateOf({ value, low, high }: MetricCell): Estimate | null {
  return value === null || low === undefined || high === undefined ? null : { value, low, high }
}
