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
  return undefined
}

function problem(why: 'additive' | 'ratio', code: string, metric: string, words: Words): Problem {
  return {
    code,
    message: say(words, `pages.refused.${why}`, { metric }),
    fix: say(words, `pages.refused.${why}.fix`),
  }
}
