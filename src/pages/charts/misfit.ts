import { say, type Words } from '../../config/words.ts'
import type { Problem } from '../../errors.ts'
import type { Frame } from '../../metrics/frame.ts'
import type { ChartName, Encode } from '../chart-spec.ts'
import { metricOf } from './points.ts'

/** Metrics without which the picture says something else. A funnel says where a stage is not known; a size may be missing for one group. */
export function shownIn(chart: ChartName, frame: Frame, encode: Encode): string[] {
  const { metrics } = frame.query
  if (chart === 'bubble') return [encode.x ?? metrics[0] ?? '', encode.y ?? metrics[1] ?? '']
  if (chart === 'waterfall') return [metrics[0] ?? '', metrics.at(-1) ?? '']
  if (chart === 'flows') return [...(encode.up ?? []), ...(encode.down ?? [])]
  return [metricOf(frame, encode.value).id]
}

const added: ReadonlySet<ChartName> = new Set(['sankey', 'columns', 'cohorts'])

/** Why a chart would say something false about these numbers: only what the metric's own card knows, so no page file can be checked for it. */
export function misfitOf(chart: ChartName, frame: Frame, encode: Encode, words: Words): Problem | undefined {
  const { id, unit, label } = metricOf(frame, encode.value)
  if (added.has(chart) && frame.metrics[id]?.additivity === 'non-additive')
    return problem('additive', 'chart-not-additive', label, words)
  if (chart === 'gauge' && unit !== 'ratio') return problem('ratio', 'chart-not-ratio', label, words)
  const other = otherUnit(chart, frame, encode)
  return other === undefined ? undefined : problem('unit', 'chart-units', other, words)
}

/** The first metric that cannot stand on one axis with the others; of a funnel, the first that counts nothing. */
function otherUnit(chart: ChartName, frame: Frame, encode: Encode): string | undefined {
  if (chart !== 'funnel' && chart !== 'waterfall' && chart !== 'flows' && chart !== 'lines') return undefined
  const ids = chart === 'flows' ? [...shownIn(chart, frame, encode), encode.net ?? ''] : frame.query.metrics
  const cards = ids.flatMap((id) => frame.metrics[id] ?? [])
  const wanted = chart === 'funnel' ? 'count' : cards[0]?.unit
  return cards.find(({ unit }) => unit !== wanted)?.label
}

function problem(why: 'additive' | 'ratio' | 'unit', code: string, metric: string, words: Words): Problem {
  return {
    code,
    message: say(words, `pages.refused.${why}`, { metric }),
    fix: say(words, `pages.refused.${why}.fix`),
  }
}
