import { formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Problem } from '../errors.ts'
import type { MetricContext } from './context.ts'
import type { FrameRow, MetricCell } from './frame.ts'
import type { Metric } from './metric.ts'
import { metricLabel } from './needs.ts'

const slack = 1e-9

/** What cannot be, whatever the data: checked on every frame, so that a fault of ours is a note and not a figure. */
export function lintFrame(
  rows: FrameRow[],
  metrics: Metric[],
  wholeOf: (metric: Metric) => MetricCell | null,
  context: MetricContext,
): Problem[] {
  if (rows.some((row) => 'period' in row)) return []
  return metrics.flatMap((metric) => {
    const cells = rows.map((row) => row[metric.id] as MetricCell).filter((cell) => cell.value !== null)
    const whole = wholeOf(metric)
    const label = metricLabel(metric, context.words, context.catalogue)
    return [
      ...lintParts(cells, label, context.words),
      ...(whole && cells.length > 1 ? lintWhole(metric, cells, whole, label, context.words) : []),
    ]
  })
}

function lintParts(cells: MetricCell[], label: string, words: Words): Problem[] {
  const wrong = cells.find(
    ({ numerator, denominator, value }) =>
      numerator !== undefined && denominator !== undefined && value !== null && value <= 1 && numerator > denominator,
  )
  return wrong
    ? [
        impossible(
          'part-above-whole',
          { metric: label, part: wrong.numerator ?? 0, whole: wrong.denominator ?? 0 },
          words,
        ),
      ]
    : []
}

function lintWhole(metric: Metric, cells: MetricCell[], whole: MetricCell, label: string, words: Words): Problem[] {
  const { kind } = metric.measure
  if (whole.value === null) return []
  const values = cells.flatMap(({ value }) => value ?? [])
  if (kind === 'ratio' || kind === 'mean')
    return lintRates({ overall: whole.value, groups: values }, words, label, metric.unit)
  if (kind !== 'count' || cells.every(({ value }) => (value ?? 0) <= (whole.value ?? 0) + slack)) return []
  return [impossible('part-above-whole', { metric: label, part: Math.max(...values), whole: whole.value }, words)]
}

/**
 * Group rates and the overall rate as published, or as computed: the overall lies between the lowest and the highest group. Where
 * it does not, and every group fits x/(1+x) of a rate around the overall one, the published figures divided by "part + whole".
 */
export function lintRates(
  figures: { overall: number; groups: number[] },
  words: Words,
  label = '',
  unit: Parameters<typeof formatValue>[1] = 'ratio',
): Problem[] {
  const { overall, groups } = figures
  if (groups.length === 0) return []
  const [low, high] = [Math.min(...groups), Math.max(...groups)]
  const room = slack * Math.max(1, Math.abs(overall))
  if (overall >= low - room && overall <= high + room) return []
  const format = (value: number): string => formatValue(value, unit, words)
  const problem = impossible(
    'rate-outside-groups',
    { metric: label, overall: format(overall), low: format(low), high: format(high) },
    words,
  )
  const restored = unit === 'ratio' ? restoreRates(figures) : null
  if (!restored) return [problem]
  const rates = restored.map(format).join(', ')
  return [problem, impossible('rate-of-part-and-whole', { metric: label, rates }, words)]
}

/** x from x/(1+x), where that puts the overall rate back among the groups and keeps every rate possible; else null. */
export function restoreRates({ overall, groups }: { overall: number; groups: number[] }): number[] | null {
  const restored = groups.map((share) => share / (1 - share))
  const fits =
    restored.every((rate) => rate >= 0 && rate <= 1) &&
    overall >= Math.min(...restored) &&
    overall <= Math.max(...restored)
  return fits ? restored : null
}

/** Shares of one whole add up to 1; more means that something is counted twice. */
export function lintShares(shares: number[], words: Words, label = ''): Problem[] {
  const sum = shares.reduce((total, share) => total + share, 0)
  return Math.abs(sum - 1) <= 0.005
    ? []
    : [impossible('shares-not-whole', { metric: label, sum: formatValue(sum, 'ratio', words) }, words)]
}

function impossible(code: string, values: Record<string, string | number>, words: Words): Problem {
  return {
    code,
    message: say(words, `say.metrics.lint.${code}`, values),
    fix: say(words, `say.metrics.lint.${code}.fix`, values),
  }
}
