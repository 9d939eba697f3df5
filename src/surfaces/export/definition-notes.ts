import type { MetricContext } from '../../metrics/context.ts'
import { metricCard } from '../../metrics/definition.ts'
import type { Metric } from '../../metrics/metric.ts'
import type { LeftOut } from '../../metrics/number-views.ts'
import { expressionsOf } from '../../metrics/parse-metrics.ts'
import { type Expression, printExpression } from '../../sql/expression.ts'

/** What a format of definitions has no place for, beside each metric: so that nothing that makes a number right is lost. */
export function notesOf(metric: Metric, context: MetricContext): Record<string, unknown> {
  const { unit, better, additivity, clock, time_basis, needs_as_of } = metricCard(metric, context)
  const target = context.targets.find((each) => each.metric === metric.id && !each.channel && !each.priority)
  return {
    id: metric.id,
    unit,
    better,
    additivity,
    clock,
    time_basis,
    ...(needs_as_of && { as_of: context.version.as_of }),
    ...(metric.clusters && { clusters: printExpression(metric.clusters) }),
    ...(target && { target: target.value }),
    from: metric.from,
    ...(metric.population && { population: printExpression(metric.population) }),
    measure: metric.measure.kind,
    ...(metric.measure.kind !== 'combined' && { of: expressionsOf(metric.measure).map(textOf) }),
    needs: metric.needs,
    defined_at: metric.defined_at,
  }
}

const textOf = (expression: Expression): string => printExpression(expression)

/** A comment at the head of a file: what it is, of which data, and what it leaves out with the reason. */
export function headOf(lines: string[], leftOut: LeftOut[], sentences: { leftOut: string; refused: string }): string {
  const told = leftOut.filter(({ refused }) => !refused)
  const refused = leftOut.filter((each) => each.refused)
  const all = [
    ...lines,
    ...(told.length > 0 ? ['', sentences.leftOut, ...told.map(({ metric, why }) => `  ${metric}: ${why}`)] : []),
    ...(refused.length > 0 ? ['', sentences.refused, ...refused.map(({ metric, why }) => `  ${metric}: ${why}`)] : []),
  ]
  return all.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}`.trimEnd()).join('\n')
}
