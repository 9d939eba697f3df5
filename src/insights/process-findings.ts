import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { RowsQuery } from '../metrics/query.ts'
import type { Estimate } from '../stats/difference.ts'
import { binomialCdf } from '../stats/distributions.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import type { Conformance, Deviation } from './conformance.ts'
import type { Confidence, Finding, NoFindings } from './finding.ts'
import { findProcess, type NoProcess, type ProcessMap, stepLabel } from './process.ts'
import type { ProcessEvidence } from './process-evidence.ts'
import type { ProcessScope } from './read-process.ts'

/** What was found of the cases of a scope; `beside` where there is a process that they should follow. */
export interface ProcessQuestion {
  evidence: ProcessEvidence | null
  beside?: Conformance
  scope: ProcessScope
  words: Words
}

/** A share is told from one case in twenty on: by the lower end of its interval, so that few cases do not tell much. */
const leastShare = 0.05
/** Transitions before the one with most waiting in all is told, and its part of that: a usual one of three has a third of it. */
const bottleneck = { count: 30, transitions: 3, share: 0.5 }

/**
 * What stands out in how cases went, in the form of every insight: loops after the end, repeated steps beside those, work that goes
 * straight back, the transition that takes most of the waiting, and where cases part from the process that they should follow. Facts
 * that were counted have no p; two are tests: work that goes back (against chance) and satisfaction beside a deviation.
 */
export function processFindings({ evidence, beside, scope, words }: ProcessQuestion): Finding[] | NoFindings {
  const map = findProcess(evidence, words)
  if ('refused' in map) return nothing(map)
  if (map.inferred)
    return { refused: say(words, 'say.process.finding.inferred'), missing: ['case_events.at', 'case_events.step'] }
  const about = { map, scope, words }
  const found = [loopOf(about), reworkOf(about), returnsOf(about), bottleneckOf(about)].filter((each) => each !== null)
  return [...found, ...(beside ? deviationsOf(beside, about) : [])]
}

const nothing = ({ refused }: NoProcess): NoFindings => ({
  refused,
  missing: ['case_events.at', 'case_events.step', 'cases.status'],
})

interface About {
  map: ProcessMap
  scope: ProcessScope
  words: Words
}

/** A share of cases that is surely worth a word, or null. */
function shareOf(cases: number, of: number): Estimate | null {
  const interval = wilsonInterval(cases, of)
  return interval && interval.low >= leastShare ? { value: cases / of, ...interval } : null
}

const counted = (n: number, effect: Estimate): Confidence => ({
  n,
  effect: { ...effect, unit: 'ratio' },
  p: null,
  q: null,
  tried: 1,
})

function rowsOf(process: string[], { scope }: About): RowsQuery {
  const { where, range, as_of } = scope
  return { table: 'cases', process, ...(where && { where }), ...(range && { range }), ...(as_of && { as_of }) }
}

/** `12.0% (95 % interval 10.9% to 13.2%)`. */
function shareText(share: Estimate, words: Words): string {
  const [value, low, high] = [share.value, share.low, share.high].map((each) => formatValue(each, 'ratio', words))
  return say(words, 'say.process.finding.share', { value: value!, low: low!, high: high! })
}

function loopOf(about: About): Finding | null {
  const { map, words } = about
  const share = shareOf(map.reopened_cases, map.traced)
  const [most] = map.reopens
  if (!share || !most) return null
  return {
    id: 'process.reopens',
    kind: 'process',
    claim: say(words, 'say.process.finding.reopens', { share: formatValue(share.value, 'ratio', words) }),
    evidence: say(words, 'say.process.finding.reopens.evidence', {
      cases: map.reopened_cases,
      of: formatNumber(map.traced, words),
      share: shareText(share, words),
      step: stepLabel(most.step, words),
      count: most.count,
    }),
    confidence: counted(map.traced, share),
    check: rowsOf(['reopened'], about),
    limits: [
      say(words, map.closing === null ? 'say.process.finding.counted' : 'say.process.finding.closing', {
        closing: map.closing ?? '',
      }),
    ],
  }
}

/** Beside reopened cases, whose repetitions are those of their loop. */
function reworkOf(about: About): Finding | null {
  const { map, words } = about
  const apart = map.traced - map.reopened_cases
  const share = shareOf(map.reworked_apart, apart)
  const [most] = map.repeated_apart
  if (!share || !most) return null
  return {
    id: 'process.rework',
    kind: 'process',
    claim: say(words, 'say.process.finding.rework', {
      share: formatValue(share.value, 'ratio', words),
      step: stepLabel(most.step, words),
    }),
    evidence: say(words, 'say.process.finding.rework.evidence', {
      cases: map.reworked_apart,
      of: formatNumber(apart, words),
      share: shareText(share, words),
      step: stepLabel(most.step, words),
      count: most.cases,
    }),
    confidence: counted(apart, share),
    check: rowsOf(['reworked'], about),
    limits: [say(words, 'say.process.finding.wanted')],
  }
}

/**
 * Work comes back by chance too: of agents who take turns regardless of who came before, one in (agents - 1) goes back. Told only where it
 * comes back more often than that.
 */
function returnsOf(about: About): Finding | null {
  const { map, words } = about
  const { returned, returnable, same_agent: same } = map
  const share = shareOf(map.returned_cases, map.traced)
  if (!share || same === null || same >= 0.5) return null
  const chance = same / (1 - same)
  const p = binomialCdf(returnable - returned, returnable, 1 - chance)
  if (p > 0.05) return null
  return {
    id: 'process.returns',
    kind: 'process',
    claim: say(words, 'say.process.finding.returns', { share: formatValue(share.value, 'ratio', words) }),
    evidence: say(words, 'say.process.finding.returns.evidence', {
      returned,
      returnable: formatNumber(returnable, words),
      chance: formatValue(chance, 'ratio', words),
      cases: map.returned_cases,
      share: shareText(share, words),
    }),
    confidence: { ...counted(map.traced, share), p, q: p },
    check: rowsOf(['returned'], about),
    limits: [say(words, 'say.process.finding.turns')],
  }
}

function bottleneckOf(about: About): Finding | null {
  const { map, words } = about
  const { bottleneck: edge, edges } = map
  const waiting = edges.filter(({ total }) => (total ?? 0) > 0)
  if (!edge?.total || edge.count < bottleneck.count || waiting.length < bottleneck.transitions) return null
  const all = waiting.reduce((sum, { total }) => sum + (total ?? 0), 0)
  const share = edge.total / all
  if (share < bottleneck.share) return null
  return {
    id: 'process.bottleneck',
    kind: 'process',
    claim: say(words, 'say.process.finding.bottleneck', {
      from: edge.from_label,
      to: edge.to_label,
      share: formatValue(share, 'ratio', words),
    }),
    evidence: say(words, 'say.process.finding.bottleneck.evidence', {
      count: edge.count,
      median: formatDuration(edge.median ?? 0, words),
      p90: formatDuration(edge.p90 ?? 0, words),
      total: formatDuration(edge.total, words),
    }),
    confidence: { n: edge.count, effect: null, p: null, q: null, tried: waiting.length },
    check: rowsOf(['edge', edge.from, edge.to], about),
    limits: [say(words, 'say.process.finding.calendar')],
  }
}

function deviationsOf(beside: Conformance, about: About): Finding[] {
  const tried = beside.deviations.filter(({ rating }) => rating.p !== null).length
  return beside.deviations.flatMap((each) => {
    const share = shareOf(each.cases, beside.finished)
    return share ? [deviationOf(each, share, beside, tried, about)] : []
  })
}

function deviationOf(each: Deviation, share: Estimate, beside: Conformance, tried: number, about: About): Finding {
  const { words } = about
  const { rating, kind, step, other } = each
  const shown = rating.verdict === 'lower' || rating.verdict === 'higher'
  return {
    id: ['process', beside.target.id, kind, step, other].filter((part) => part !== null).join('.'),
    kind: 'process',
    claim: say(words, 'say.process.finding.deviation', {
      process: beside.target.title,
      label: each.label,
      share: formatValue(share.value, 'ratio', words),
    }),
    evidence: say(words, 'say.process.finding.deviation.evidence', {
      cases: each.cases,
      of: formatNumber(beside.finished, words),
      share: shareText(share, words),
      extra: each.extra === null ? 'none' : each.extra < 0 ? 'shorter' : 'longer',
      by: formatDuration(Math.abs(each.extra ?? 0), words),
      rating: rating.verdict,
      difference: shown && rating.difference ? formatNumber(Math.abs(rating.difference.value), words, 2) : '',
    }),
    confidence: {
      n: beside.finished,
      effect: { ...share, unit: 'ratio' },
      p: rating.p,
      q: rating.q,
      tried: Math.max(1, tried),
    },
    check: rowsOf(['deviation', beside.target.id, kind, step ?? '', other ?? ''], about),
    limits: beside.limits,
  }
}
