import { shiftPeriod } from '../calendar.ts'
import { formatDate, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Frame, MetricUnit } from '../metrics/frame.ts'
import type { Grain, Query } from '../metrics/query.ts'
import { fewestPlacebos, type LevelChange, levelChange } from '../stats/interrupted-series.ts'
import type { Decision } from './action-ledger.ts'
import { readHistory } from './history.ts'
import { type PlaybookRule, populationOf } from './playbook-rule.ts'

/** A decision with what came of it. */
export interface MeasuredAction extends Decision {
  /** The recommendation in words; its id where the playbook has no such rule any more. */
  do: string
  metric: string | null
  metric_label: string
  effect: MeasuredEffect | null
}

export interface MeasuredEffect {
  /** `shown` only if the interval leaves 0 out and at most one of twenty dates before shows as much. */
  standing: 'shown' | 'not_shown' | 'unchecked' | 'refused'
  sentence: string
  limits: string | null
  change: (LevelChange & { unit: MetricUnit; grain: Grain }) | null
}

export interface MeasureServices {
  runQuery(query: Query): Promise<Frame>
  words: Words
}

/** What the metric of an accepted action did at its date; null for one that was rejected or has no date. */
export async function measureAction(
  decision: Decision,
  rule: PlaybookRule | undefined,
  services: MeasureServices,
): Promise<MeasuredEffect | null> {
  if (decision.decision !== 'accepted' || !decision.from) return null
  const { words } = services
  if (!rule) return refusal(say(words, 'say.actions.measure.gone'))
  const { metric, grain } = rule.check
  const where = decision.where ?? populationOf(rule)
  const frame = await services.runQuery({ metrics: [metric], grain, ...(where.length > 0 && { where }) })
  return effectIn(frame, metric, decision.from, words)
}

/** The level before and after a day in a frame of periods. Pure. */
export function effectIn(frame: Frame, metric: string, from: string, words: Words): MeasuredEffect {
  const history = readHistory(frame, metric)
  const card = frame.metrics[metric]
  const label = card?.label ?? metric
  if ('lacks' in history) {
    if (history.lacks === 'metric')
      return refusal(say(words, 'say.actions.measure.metric', { because: history.because }))
    const values = { metric: label, missing: 0, ...history }
    return refusal(say(words, `say.actions.measure.${history.lacks}`, values))
  }
  const { grain, unit, starts, values } = history
  // The period in which it began is of both kinds and says nothing: it is left out.
  const mixed = starts.findIndex((start) => start < from && shiftPeriod(start, grain, 1) > from)
  const kept = (_: unknown, at: number): boolean => at !== mixed
  const before = starts.filter((start, at) => start < from && at !== mixed).length
  const change = levelChange({
    values: values.filter(kept),
    from: before,
    gap: mixed < 0 ? 0 : 1,
    season: seasons[grain],
  })
  const at = formatDate(from, words)
  if ('lacks' in change)
    return refusal(say(words, `say.actions.measure.${change.lacks}`, { ...change, metric: label, grain, from: at }))
  const { low, high, placebo } = change
  const leaves0Out = low > 0 || high < 0
  const standing = !leaves0Out
    ? 'not_shown'
    : placebo.dates < fewestPlacebos
      ? 'unchecked'
      : placebo.p <= 0.05
        ? 'shown'
        : 'not_shown'
  const text = (value: number): string =>
    unit === 'ratio'
      ? say(words, 'say.playbook.points', { value: formatValue(value * 100, 'number', words) })
      : formatValue(value, unit, words)
  return {
    standing,
    sentence: say(words, `say.actions.measure.${standing}`, {
      metric: label,
      value: text(change.value),
      low: text(low),
      high: text(high),
      from: at,
      dates: placebo.dates,
      as_large: placebo.as_large,
      p: formatP(placebo.p, words),
      least: fewestPlacebos,
    }),
    limits: say(words, 'say.actions.measure.limits', { seasonal: change.seasonal ? 'yes' : 'no' }),
    change: { ...change, unit, grain },
  }
}

function refusal(sentence: string): MeasuredEffect {
  return { standing: 'refused', sentence, limits: null, change: null }
}

const seasons: Partial<Record<Grain, { length: number; waves: number }>> = {
  day: { length: 7, waves: 3 },
  week: { length: 365.25 / 7, waves: 2 },
  month: { length: 12, waves: 2 },
}
