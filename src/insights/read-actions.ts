import { labelOf, type Words } from '../config/words.ts'
import type { MetricCatalogue } from '../metrics/context.ts'
import { metricLabel } from '../metrics/needs.ts'
import { type Decision, readDecisions, standingDecisions } from './action-ledger.ts'
import { type MeasuredAction, type MeasureServices, measureAction } from './measure-action.ts'
import type { PlaybookRule } from './playbook-rule.ts'

/** What was decided in a project, each with what came of it. */
export async function readActions(
  directory: string,
  rules: readonly PlaybookRule[],
  { runQuery, catalogue, words }: MeasureServices & { catalogue: MetricCatalogue },
): Promise<MeasuredAction[]> {
  const labelOfMetric = (id: string): string => {
    const metric = catalogue.metrics.get(id)
    return metric ? metricLabel(metric, words, catalogue) : id
  }
  const decisions = standingDecisions(await readDecisions(directory))
  return Promise.all(
    decisions.map(async (decision) => {
      const rule = rules.find(({ id }) => id === decision.action)
      const effect = await measureAction(decision, rule, { runQuery, words })
      return { ...described(decision, rule, words), metric_label: rule ? labelOfMetric(rule.check.metric) : '', effect }
    }),
  )
}

function described(decision: Decision, rule: PlaybookRule | undefined, words: Words) {
  return {
    ...decision,
    do: rule ? labelOf(words, `playbook.${rule.id}.do`, rule.do) : decision.action,
    metric: rule?.check.metric ?? null,
  }
}
