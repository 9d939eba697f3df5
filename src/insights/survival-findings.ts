import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { isReal } from '../stats/false-discovery.ts'
import type { Finding, NoFindings } from './finding.ts'
import { findSurvival, type Survival } from './survival.ts'
import type { SurvivalEvidence } from './survival-evidence.ts'
import { saidClaim, saidEvidence, saidTime } from './survival-words.ts'

/** Below this the open cases change nothing that anyone would do. */
const worthTelling = 0.05

/**
 * What the curves say beyond their numbers: by which dimensions customers leave at another rate, after one correction over all that were
 * tried, or how much the figures of ended cases flatter. None where nothing is real.
 */
export function survivalFindings(evidence: SurvivalEvidence, words: Words): Finding[] | NoFindings {
  const found = findSurvival(evidence, { words })
  if ('refused' in found) return found
  return evidence.about === 'customers' ? groupFindings(found, words) : openFinding(found, words)
}

function groupFindings(found: Survival, words: Words): Finding[] {
  return found.tests
    .filter(({ q }) => isReal(q))
    .map((test) => ({
      id: `survival.customers.${test.dimension}`,
      kind: 'survival' as const,
      claim: saidClaim(test, 'customers', words),
      evidence: saidEvidence(test, words),
      confidence: {
        n: test.n,
        effect: { ...test.furthest.ratio, unit: 'number' as const },
        p: test.p,
        q: test.q,
        tried: found.tests.length,
      },
      check: { metrics: ['lost_customers'], by: [test.dimension] },
      limits: [...found.limits, say(words, 'say.survival.picked'), say(words, 'say.survival.alone')],
    }))
}

/** The median with open cases lies, interval and all, beyond that of the ended ones. */
function openFinding(found: Survival, words: Words): Finding[] {
  const { about, whole } = found
  const { median, ended_only: only } = whole
  if (about === 'customers' || only.median === null || whole.open === 0) return []
  const reached = median.value !== null
  const beyond = median.low !== null && median.low > only.median
  if (reached && (!beyond || median.value! < only.median * (1 + worthTelling))) return []
  if (!reached && !beyond) return []
  const gap = reached && median.low !== null && median.high !== null
  return [
    {
      id: `survival.${about}.open`,
      kind: 'survival',
      claim: say(words, `say.survival.flatters.${about}`, {
        median: saidTime(median.value, about, words),
        low: saidTime(median.low, about, words),
        only: saidTime(only.median, about, words),
      }),
      evidence: say(words, 'say.survival.flatters.evidence', {
        n: formatNumber(whole.n, words),
        ended: formatNumber(whole.events, words),
        open: formatNumber(whole.open, words),
        share: formatValue(whole.open / whole.n, 'ratio', words),
      }),
      confidence: {
        n: whole.n,
        effect: gap
          ? {
              value: median.value! - only.median,
              low: median.low! - only.median,
              high: median.high! - only.median,
              unit: 'seconds',
            }
          : null,
        p: null,
        q: null,
        tried: 1,
      },
      check: { metrics: [about === 'reply' ? 'first_reply_time_median' : 'full_resolution_time_median'] },
      limits: found.limits,
    },
  ]
}
