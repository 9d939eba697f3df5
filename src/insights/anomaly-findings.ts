import type { Grain } from '../calendar.ts'
import { formatDate, formatValue } from '../config/format.ts'
import { say } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Frame } from '../metrics/frame.ts'
import { runQuery } from '../metrics/run.ts'
import { type Anomalies, findAnomalies } from './anomalies.ts'
import type { Finding, NoFindings } from './finding.ts'

/** Series that a support lead would want to be told of: counts by day, means by week, where a day has too few. */
const series: { metric: string; grain: Grain }[] = [
  { metric: 'cases', grain: 'day' },
  { metric: 'touchpoints', grain: 'day' },
  { metric: 'first_reply_time', grain: 'week' },
  { metric: 'csat_mean', grain: 'week' },
]

const level = 0.05

/** Unusual periods of the main series. The chance of a false alarm is stated over all of them, not for each. */
export async function readAnomalyFindings(context: MetricContext): Promise<Finding[] | NoFindings> {
  const { catalogue, words } = context
  const asked = series.filter(({ metric }) => catalogue.metrics.has(metric))
  const read: { metric: string; grain: Grain; frame: Frame; found: Anomalies }[] = []
  let refused = say(words, 'say.anomalies.nothing')
  for (const { metric, grain } of asked) {
    const frame = await runQuery({ metrics: [metric], grain }, context)
    const found = findAnomalies({ frame, metric, words })
    if ('refused' in found) refused = found.refused
    // Contacts that are all cases are one series, not two.
    else if (!read.some((each) => saysSame(each.found, found))) read.push({ metric, grain, frame, found })
  }
  if (read.length === 0) return { refused, missing: ['cases.created_at'] }
  return read.flatMap(({ metric, grain, frame, found }): Finding[] => {
    const real = found.found.filter(({ p }) => p * read.length <= level).toSorted((a, b) => a.p - b.p)
    const [first] = real
    const card = frame.metrics[metric]
    if (!first || !card) return []
    return [
      {
        id: `anomalies.${metric}`,
        kind: 'anomalies',
        claim: say(words, 'say.anomalies.claim', {
          metric: card.label,
          count: real.length,
          grain,
          day: formatDate(first.start, words),
          value: formatValue(first.value, card.unit, words),
          expected: formatValue(first.expected, card.unit, words),
        }),
        evidence: found.sentence,
        confidence: {
          n: found.periods,
          effect: null,
          p: first.p,
          q: Math.min(1, first.p * read.length),
          tried: read.length,
        },
        check: { metrics: [metric], grain },
        limits: [say(words, 'say.anomalies.limit')],
      },
    ]
  })
}

function saysSame(a: Anomalies, b: Anomalies): boolean {
  return (
    a.found.length > 0 &&
    a.found.length === b.found.length &&
    a.found.every(({ start, value }, at) => b.found[at]!.start === start && b.found[at]!.value === value)
  )
}
