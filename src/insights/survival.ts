import { say, type Words } from '../config/words.ts'
import { kaplanMeier, type SurvivalFit, survivalQuantile } from '../stats/kaplan-meier.ts'
import type { NoFindings } from './finding.ts'
import { beginningOf, type Curves, curveOf, fewest, scaled, shownUntil, ticksOf } from './survival-curves.ts'
import type { SurvivalEvidence } from './survival-evidence.ts'
import { testsOf } from './survival-tests.ts'
import { saidLimits, saidSurvival, saidTest } from './survival-words.ts'

const day = 86_400

export interface Survival extends Curves {
  sentence: string
  /** What the test says of the dimension that was asked for. */
  compared: string | null
  limits: string[]
}

export interface SurvivalQuestion {
  by?: string
  words: Words
}

/** Kaplan-Meier curves of what was read, with what is missing from the figures that leave the open ones out; or why there are none. */
export function findSurvival(evidence: SurvivalEvidence, { by, words }: SurvivalQuestion): Survival | NoFindings {
  const { about, missing } = evidence
  if (missing.length > 0) return { refused: say(words, `say.survival.missing.${about}`), missing: columnsOf(missing) }
  if (evidence.as_of === null) return { refused: say(words, 'say.survival.no-now'), missing: [] }
  const begins = about === 'customers' ? beginningOf(evidence) : 0
  if (begins === null) return { refused: say(words, 'say.survival.late'), missing: [] }
  const whole = kaplanMeier(scaled(evidence.whole, about, begins))
  if (whole.n < fewest)
    return { refused: say(words, `say.survival.few.${about}`, { n: whole.n, needed: fewest }), missing: [] }
  if (whole.events === 0) return { refused: say(words, `say.survival.none.${about}`, { n: whole.n }), missing: [] }
  const split = evidence.splits.find(({ dimension }) => dimension === by)
  const fits = (split?.groups ?? []).map((group) => ({
    ...group,
    fit: kaplanMeier(scaled(group.counts, about, begins)),
  }))
  const shown = shownUntil(whole, about)
  const ticks = ticksOf(whole, begins * day, shown, about)
  const until = Math.min(shown, ...fits.map(({ fit }) => fit.until))
  const curve = (key: string | null, label: string, fit: SurvivalFit) =>
    curveOf(key, label, fit, { shown, ticks, until })
  // Where the groups together have come half way: no time that was looked for.
  const tested = testsOf(
    evidence,
    begins,
    about === 'customers' ? ticks : [survivalQuantile(whole, 0.5).value ?? shown],
  )
  const made = {
    about,
    as_of: evidence.as_of,
    whole: curve(null, say(words, `say.survival.all.${about}`), whole),
    by: split?.dimension ?? null,
    curves: fits.filter(({ fit }) => fit.n >= fewest).map(({ key, label, fit }) => curve(key, label, fit)),
    ticks,
    ...tested,
    left_out: evidence.left_out,
    stopped: evidence.stopped,
    begins,
    observed_from: evidence.observed_from,
    late: evidence.late,
  }
  const own = made.tests.find(({ dimension }) => dimension === by)
  return {
    ...made,
    sentence: saidSurvival(made, words),
    compared: split ? saidTest(own ?? null, split.label, made, words) : null,
    limits: saidLimits(made, evidence, words),
  }
}

/** `cases.solved_at or cases.closed_at` names two. */
function columnsOf(missing: string[]): string[] {
  return missing.flatMap((each) => each.split(' or '))
}
