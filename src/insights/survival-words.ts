import { formatDate, formatDuration, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { isReal } from '../stats/false-discovery.ts'
import type { CurvePoint, Curves, CurveTest } from './survival-curves.ts'
import type { SurvivalEvidence } from './survival-evidence.ts'
import type { SurvivalKind } from './survival-lives.ts'

const day = 86_400
const [month, year] = [30.4375 * day, 365.25 * day]

/** A time as it is told: hours and days of a case, months and years of a customer. `none` where it is not reached. */
export function saidTime(seconds: number | null, about: SurvivalKind, words: Words): string {
  if (seconds === null) return 'none'
  if (about !== 'customers') return formatDuration(seconds, words)
  const unit =
    seconds >= 2 * year || isWhole(seconds, year)
      ? 'years'
      : seconds >= 2 * month || isWhole(seconds, month)
        ? 'months'
        : 'days'
  const count = seconds / { years: year, months: month, days: day }[unit]
  const whole = Math.abs(count - Math.round(count)) < 0.05
  return say(words, `say.survival.time.${unit}`, {
    count: formatNumber(count, words, whole ? 0 : 1),
    one: Math.round(count * 10) / 10,
  })
}

function isWhole(seconds: number, unit: number): boolean {
  return seconds > 0 && Math.abs(seconds / unit - Math.round(seconds / unit)) < 1e-6
}

/** The same for a cell of a table. */
export function writtenTime(seconds: number | null, about: SurvivalKind, words: Words): string {
  return seconds === null ? say(words, 'say.survival.not-reached') : saidTime(seconds, about, words)
}

/** What the curve of all says, and how much the figures flatter that leave the open ones out. */
export function saidSurvival({ about, whole, ticks }: Curves, words: Words): string {
  const time = (seconds: number | null) => saidTime(seconds, about, words)
  if (about === 'customers') {
    const told = ticks.flatMap((tick, at) => (whole.at[at] ? [{ tick, point: whole.at[at] }] : []))
    const chosen = [told[0], told.at(-1)].filter((each, at, all) => each && all.indexOf(each) === at)
    const list = chosen.map((each) =>
      say(words, 'say.survival.still', { share: shareText(each!.point, words), time: time(each!.tick) }),
    )
    return say(words, 'say.survival.customers', {
      n: whole.n,
      left: whole.events,
      list: list.join(say(words, 'say.survival.and')),
      median: time(whole.median.value),
      low: time(whole.median.low),
    })
  }
  const { median, p90, ended_only: only } = whole
  const half = say(words, `say.survival.${about}`, {
    n: whole.n,
    share: formatValue(whole.events / whole.n, 'ratio', words),
    median: time(median.value),
    low: time(median.low),
    high: time(median.high),
    p90: time(p90.value),
  })
  if (whole.open === 0) return `${half} ${say(words, 'say.survival.no-open')}`
  return `${half} ${say(words, `say.survival.only.${about}`, { only: time(only.median), only90: time(only.p90), open: whole.open })}`
}

/** `93.1% (91.0% to 94.8%)`. */
export function shareText({ value, low, high }: CurvePoint, words: Words): string {
  const share = formatValue(value, 'ratio', words)
  if (low === null || high === null || (low === 1 && high === 1)) return share
  const [from, to] = [formatValue(low, 'ratio', words), formatValue(high, 'ratio', words)]
  return say(words, 'say.survival.interval', { value: share, low: from, high: to })
}

/** Whether the curves of one dimension differ by more than chance. */
export function saidTest(test: CurveTest | null, label: string, { about, tests }: Curves, words: Words): string {
  if (!test) return say(words, 'say.survival.untested', { dimension: label })
  const figures = {
    dimension: label,
    groups: test.groups.length,
    statistic: formatNumber(test.statistic, words, 2),
    df: test.df,
    p: formatP(test.p, words),
    q: formatP(test.q, words),
    tried: tests.length,
  }
  if (!isReal(test.q)) return say(words, 'say.survival.alike', figures)
  return `${saidClaim(test, about, words)} ${say(words, 'say.survival.test', figures)}`
}

/** The group that is furthest from the others, with the shares that show it. */
export function saidClaim({ furthest, label }: CurveTest, about: SurvivalKind, words: Words): string {
  const { group, ratio, share, rest } = furthest
  return say(words, `say.survival.differs.${about === 'customers' ? 'customers' : 'cases'}`, {
    dimension: label,
    group,
    way: ratio.value > 1 ? 'sooner' : 'later',
    known: share && rest ? 'yes' : 'no',
    time: share ? saidTime(share.time, about, words) : '',
    share: share ? formatValue(share.value, 'ratio', words) : '',
    rest: rest ? formatValue(rest.value, 'ratio', words) : '',
  })
}

/** What the figures behind a test are. */
export function saidEvidence(test: CurveTest, words: Words): string {
  const { ratio, group } = test.furthest
  return say(words, 'say.survival.evidence', {
    n: test.n,
    events: test.observed.reduce((sum, each) => sum + each, 0),
    groups: test.groups.length,
    statistic: formatNumber(test.statistic, words, 2),
    df: test.df,
    p: formatP(test.p, words),
    group,
    ratio: formatNumber(ratio.value, words, 2),
    low: formatNumber(ratio.low, words, 2),
    high: formatNumber(ratio.high, words, 2),
  })
}

/** What the curves cannot say. */
export function saidLimits(
  made: Curves,
  { about, exact, observed_from: from, late }: SurvivalEvidence,
  words: Words,
): string[] {
  const out = Object.entries(made.left_out).map(([why, count]) =>
    say(words, `say.survival.left-out.${why}`, { count, about: about === 'customers' ? 'customers' : 'cases' }),
  )
  const customers = about === 'customers'
  return [
    ...(customers ? [] : [say(words, 'say.survival.calendar')]),
    say(words, `say.survival.assumes.${customers ? 'customers' : 'cases'}`, { day: formatDate(made.as_of, words) }),
    ...(made.stopped > 0 ? [say(words, 'say.survival.stopped', { count: made.stopped })] : []),
    ...(customers && from && late >= made.whole.n / 100
      ? [say(words, 'say.survival.delayed', { count: late, day: formatDate(from, words) })]
      : []),
    ...(made.begins > 0
      ? [say(words, 'say.survival.begins', { time: saidTime(made.begins * day, about, words) })]
      : []),
    ...out,
    ...(exact ? [] : [say(words, 'say.survival.rounded')]),
    ...(customers && made.tests.some(({ q }) => isReal(q)) ? [say(words, 'say.survival.observational')] : []),
  ]
}
