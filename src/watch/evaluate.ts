import { type AlertEvent, type AlertState, nextState, type Reading } from './state.ts'

/** A rule with what it says now of each of its segments. */
export interface RuleReadings {
  rule: { id: string; for: number; repeat: number }
  readings: Reading[]
}

export interface Transition {
  rule: string
  state: AlertState
  event: AlertEvent
  /** ISO instant at which it began. */
  since: string
  /** How often it was told, this time included. */
  times: number
}

export interface Evaluation {
  /** Every state there is now, in the order of the rules. */
  states: AlertState[]
  /** Those of them that are to be kept. */
  changed: AlertState[]
  /** Keys of states that stand for nothing any more. */
  gone: string[]
  /** What somebody has to be told. */
  transitions: Transition[]
}

/** Readings and the states before -> the states now. Pure: the same in, the same out. A segment that is no longer there has no data. */
export function evaluate(rules: RuleReadings[], before: ReadonlyMap<string, AlertState>, now: string): Evaluation {
  const gone = [...before.values()].filter((state) => !rules.some(({ rule }) => rule.id === state.rule))
  const steps = rules.flatMap(({ rule, readings }) => {
    const known = [...before.values()].filter((state) => state.rule === rule.id)
    const whole = ofEverySegment(readings, known)
    const told = new Set(whole.map(({ key }) => key))
    const segmented = whole.some(({ segment }) => segment !== null)
    const absent = known.filter(({ key }) => !told.has(key))
    // What stood for the rule as a whole, or for segments of a rule that has none now, is in the way; what was told must still end.
    const kept = absent.filter((state) => state.open || (state.segment !== null) === segmented)
    gone.push(...absent.filter((state) => !kept.includes(state)))
    return [...whole, ...kept.map(absentReading)].map((reading) =>
      nextState(rule, reading, before.get(reading.key), now),
    )
  })
  return {
    states: steps.map(({ state }) => state),
    changed: steps.filter(({ changed }) => changed).map(({ state }) => state),
    gone: gone.map(({ key }) => key),
    transitions: steps.flatMap(({ state, event, opened }) =>
      event && opened ? [{ rule: state.rule, state, event, since: opened.since, times: opened.times }] : [],
    ),
  }
}

/** Data that are too old are so for every segment that is known. */
function ofEverySegment(readings: Reading[], known: AlertState[]): Reading[] {
  const [only] = readings
  const segments = known.filter(({ segment }) => segment !== null)
  if (readings.length !== 1 || only?.finding !== 'stale' || segments.length === 0) return readings
  return segments.map(({ key, segment }) => ({ ...only, key, segment }))
}

function absentReading({ key, segment, limit, as_of }: AlertState): Reading {
  return { key, segment, limit, as_of, finding: 'no-data', value: null, evidence: 'absent' }
}
