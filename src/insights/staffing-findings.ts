import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import type { Finding, NoFindings } from './finding.ts'
import type { MarginalAgent } from './marginal-agent.ts'
import { type NoStaffing, nameOfQueue, type Staffing, targetText } from './staffing.ts'
import type { QueueEvidence } from './staffing-evidence.ts'

/** What staffing has to say unasked: promises that are not kept and what would keep them, and where an agent would help most. */
export function staffingFindings(
  plans: (Staffing | NoStaffing)[],
  queues: Pick<QueueEvidence, 'channel' | 'market' | 'promised'>[],
  marginal: MarginalAgent | NoFindings,
  words: Words,
): Finding[] {
  const broken = plans.flatMap((plan) => {
    const queue = queues.find((each) => each.channel === plan.channel && each.market === plan.market)
    // What nobody promised is not broken.
    return 'refused' in plan || queue?.promised !== 'promised' ? [] : brokenPromise(plan, words)
  })
  return [...broken, ...('refused' in marginal ? [] : marginal.findings)]
}

function brokenPromise(plan: Staffing, words: Words): Finding[] {
  const { now, target, channel, market } = plan
  if (now.service_level === null) return []
  const interval = wilsonInterval(Math.round(now.service_level * now.n), now.n)
  if (!interval || interval.high >= target.share) return []
  const name = nameOfQueue(plan, words)
  return [
    {
      id: ['staffing.promise', channel, ...(market === null ? [] : [market])].join('.'),
      kind: 'staffing',
      claim: say(words, 'say.staffing.broken', {
        name,
        target: targetText(plan, words),
        share: formatValue(now.service_level, 'ratio', words),
        hours: formatNumber(plan.agent_hours, words),
        peak: plan.peak,
      }),
      evidence: say(words, 'say.staffing.broken.evidence', { n: formatNumber(now.n, words), days: plan.days }),
      confidence: {
        n: now.n,
        effect: {
          value: now.service_level - target.share,
          low: interval.low - target.share,
          high: interval.high - target.share,
          unit: 'ratio',
        },
        p: null,
        q: null,
        tried: 1,
      },
      check: {
        metrics: [`${channel}_acceptance_rate`],
        ...(market ? { where: [{ dimension: 'market', op: 'in' as const, values: [market] }] } : {}),
      },
      limits: [...plan.assumptions, say(words, 'say.staffing.broken.limit')],
    },
  ]
}
