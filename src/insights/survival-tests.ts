import { normalQuantile } from '../stats/distributions.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { kaplanMeier, type TimeCount } from '../stats/kaplan-meier.ts'
import { hazardRatio, logRank } from '../stats/log-rank.ts'
import { type CurveTest, fewest, knownAt, scaled } from './survival-curves.ts'
import type { LifeSplit, SurvivalEvidence } from './survival-evidence.ts'
import type { SurvivalKind } from './survival-lives.ts'

/** Events for each group, below which the test is no test. */
const fewestEvents = 5

interface Tested {
  tests: CurveTest[]
  untested: string[]
}

/** Every dimension that has enough groups and events, with one correction over all of them. */
export function testsOf({ splits, about }: SurvivalEvidence, begins: number, ticks: number[]): Tested {
  const found = splits.map((split) => ({ split, test: testOf(split, about, begins, ticks) }))
  const tests = found.flatMap(({ test }) => test ?? [])
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  return {
    tests: tests.map((test, at) => ({ ...test, q: qs[at] ?? test.p })).toSorted((a, b) => a.p - b.p),
    untested: found.flatMap(({ split, test }) => (test ? [] : [split.label])),
  }
}

interface Arm {
  label: string
  counts: TimeCount[]
  n: number
  events: number
}

function testOf(split: LifeSplit, about: SurvivalKind, begins: number, ticks: number[]): Omit<CurveTest, 'q'> | null {
  const arms = armsOf(split, about, begins)
  const result = arms.length < 2 ? null : logRank(arms.map(({ counts }) => counts))
  if (!result) return null
  const widen = -normalQuantile(0.025 / arms.length)
  const [best] = arms
    .flatMap((arm) => {
      const rest = arms.filter((each) => each !== arm).flatMap(({ counts }) => counts)
      const ratio = hazardRatio(arm.counts, rest, widen)
      return ratio ? [{ arm, rest, ratio }] : []
    })
    .toSorted((a, b) => a.ratio.p - b.ratio.p)
  if (!best) return null
  const [own, others] = [kaplanMeier(best.arm.counts), kaplanMeier(best.rest)]
  const tick = ticks.findLast((each) => knownAt(own, each) && knownAt(others, each))
  return {
    ...result,
    dimension: split.dimension,
    label: split.label,
    groups: arms.map(({ label }) => label),
    n: arms.reduce((sum, { n }) => sum + n, 0),
    furthest: {
      group: best.arm.label,
      ratio: { value: best.ratio.value, low: best.ratio.low, high: best.ratio.high },
      share: tick === undefined ? null : knownAt(own, tick),
      rest: tick === undefined ? null : knownAt(others, tick),
    },
  }
}

/** The largest groups, so many that five events come on each: with fewer the test is no test. What is not set is no group. */
function armsOf({ groups }: LifeSplit, about: SurvivalKind, begins: number): Arm[] {
  const sum = (counts: TimeCount[], of: (each: TimeCount) => number) => counts.reduce((all, each) => all + of(each), 0)
  const arms = groups
    .filter(({ key }) => key !== null)
    .map(({ label, counts }) => {
      const own = scaled(counts, about, begins)
      return {
        label,
        counts: own,
        n: sum(own, (each) => each.events + each.censored),
        events: sum(own, (each) => each.events),
      }
    })
    .filter(({ n }) => n >= fewest)
    .toSorted((a, b) => b.n - a.n)
  while (arms.length > 1 && arms.reduce((all, { events }) => all + events, 0) < fewestEvents * arms.length) arms.pop()
  return arms.length > 1 ? arms : []
}
