import { type Grain, shiftPeriod, startOf } from '../../calendar.ts'
import { formatDate, formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { Chart, ChartInput } from './chart.ts'
import { type MatrixCell, matrix } from './matrix.ts'
import { periodLabel } from './periods.ts'
import { cellOf, dimensionOf, filterOn, fitNames, keyOf, metricOf } from './points.ts'

/** Cohorts that are drawn: the latest; the table has all. */
const most = 24
const steps = 6

/** Those who came in one period, and how many of them left at which age. */
export interface Cohort {
  start: string
  key: string
  size: number
  /** Share still there after 1, 2, ... periods; null where that time has not come. */
  shares: (number | null)[]
  /** From this age on not all of the cohort have been there that long. */
  whole: number
}

/**
 * How many of those who came in a period are still there after so many periods. Rows are cohorts, the second dimension is the age at
 * leaving in whole periods, without a value for those who never left. What has not come yet is blank.
 */
export const cohorts: Chart = {
  name: 'cohorts',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const period = input.encode.period ?? 'month'
    const { cohorts: all, left } = cohortsOf(input, metric.id)
    const shown = all.slice(-most)
    const across = Math.max(1, ...shown.map(({ shares }) => shares.findLastIndex((each) => each !== null) + 1))
    const { names, width: room } = fitNames(
      shown.map(({ start, size }) => `${periodLabel(start, period, words)} · ${formatNumber(size, words)}`),
      width * 0.36,
    )
    const fitting = Math.max(1, Math.floor((width - room - 14) / 38))
    const columns = pickedAges(across, fitting)
    const low = Math.min(...shown.flatMap(({ shares }) => shares).filter((each) => each !== null), 1)
    const by = dimensionOf(frame, input.encode.category, 0)
    const first = shown[0]
    return {
      option: matrix(
        names,
        columns.map(String),
        room,
        columns.map((age) => shown.map((cohort) => cellAt(cohort, age, low, by, input))),
      ),
      height: Math.max(1, shown.length) * 30 + 34,
      label: say(words, 'pages.cohorts.says', {
        count: all.length,
        period,
        first: first ? periodLabel(first.start, period, words) : '–',
        share: formatValue(first?.shares.findLast((each) => each !== null) ?? null, 'ratio', words),
        after: (first?.shares.findLastIndex((each) => each !== null) ?? -1) + 1,
      }),
      foot: say(words, 'pages.foot.cohorts', {
        period,
        day: frame.as_of ? formatDate(frame.as_of.slice(0, 10), words) : 'none',
        partial: shown.some(({ shares, whole }) => shares.some((each, i) => each !== null && i + 1 > whole))
          ? 'some'
          : 'none',
        left,
        more: all.length - shown.length,
      }),
    }
  },
}

/** Every age where there is room, else every second, third, ... one. */
function pickedAges(across: number, fitting: number): number[] {
  const stride = Math.max(1, Math.ceil(across / fitting))
  return Array.from({ length: Math.floor(across / stride) }, (_, i) => (i + 1) * stride)
}

/** Cohorts in order of time. Rows whose cohort is no period cannot be placed: their count is `left`. */
export function cohortsOf(
  input: Pick<ChartInput, 'frame' | 'encode'>,
  metric: string,
): { cohorts: Cohort[]; left: number } {
  const { frame, encode } = input
  const period = encode.period ?? 'month'
  const [by, age] = [dimensionOf(frame, encode.category, 0), dimensionOf(frame, encode.series, 1)]
  const found = new Map<string, { key: string; size: number; leavers: Map<number, number> }>()
  let left = 0
  for (const row of frame.rows) {
    const count = cellOf(row, metric).value ?? 0
    const key = keyOf(row, by)
    const start = startOfCohort(key, period)
    const text = keyOf(row, age)
    const at = text === null ? null : Math.floor(Number(text))
    // Who left before coming is a fault of the data, not a leaver.
    if (key === null || start === null || (at !== null && !(at >= 0))) {
      left += count
      continue
    }
    const cohort = found.get(start) ?? { key, size: 0, leavers: new Map<number, number>() }
    cohort.size += count
    if (at !== null) cohort.leavers.set(at, (cohort.leavers.get(at) ?? 0) + count)
    found.set(start, cohort)
  }
  const now = nowOf(frame.as_of, found, period)
  const cohorts = [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([start, cohort]) => sharesOf(start, cohort, period, now))
  return { cohorts, left }
}

function sharesOf(
  start: string,
  { key, size, leavers }: { key: string; size: number; leavers: Map<number, number> },
  period: Grain,
  now: string,
): Cohort {
  const shares: number[] = []
  let there = size
  // Bounded: an absurd start must not make a million columns.
  for (let after = 1; after <= 600 && shiftPeriod(start, period, after) <= now; after++) {
    there -= leavers.get(after - 1) ?? 0
    shares.push(size > 0 ? there / size : 0)
  }
  const whole = shares.length - (shiftPeriod(start, period, shares.length + 1) > now && shares.length > 0 ? 1 : 0)
  return { start, key, size, shares, whole }
}

/** The day up to which is known who left; without one, the last leaving that is seen. */
function nowOf(asOf: string | null, found: Map<string, { leavers: Map<number, number> }>, period: Grain): string {
  if (asOf) return asOf.slice(0, 10)
  const ends = [...found].flatMap(([start, { leavers }]) =>
    [...leavers.keys()].map((age) => shiftPeriod(start, period, age)),
  )
  return ends.toSorted().at(-1) ?? ''
}

/** `2024-03-15`, `2024-03`, `2024-Q1` and `2024` as the first day of their period. */
export function startOfCohort(key: string | null, period: Grain): string | null {
  const match = /^(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?(?:[T ].*)?$/.exec(key ?? '')
  if (!match) return null
  const [, year, quarter, month, day] = match
  const first = quarter ? String(Number(quarter) * 3 - 2).padStart(2, '0') : (month ?? '01')
  const whole = `${year}-${first}-${day ?? '01'}`
  return Number(first) >= 1 && Number(first) <= 12 && !Number.isNaN(Date.parse(whole)) ? startOf(whole, period) : null
}

function cellAt(cohort: Cohort, age: number, low: number, by: string, { words, encode }: ChartInput): MatrixCell {
  const share = cohort.shares[age - 1] ?? null
  if (share === null) return { text: '', shade: 0, blank: true }
  const text = new Intl.NumberFormat(words.locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)
  const period = encode.period ?? 'month'
  const tip = say(words, 'pages.cohorts.tip', {
    cohort: periodLabel(cohort.start, period, words),
    size: formatNumber(cohort.size, words),
    age,
    period,
    share: formatValue(share, 'ratio', words),
    still: formatNumber(Math.round(share * cohort.size), words),
  })
  return {
    text: age > cohort.whole ? `${text}*` : text,
    shade: low < 1 ? 1 + Math.min(steps - 1, Math.floor(((share - low) / (1 - low)) * steps)) : 1,
    tip: age > cohort.whole ? `${tip} (${say(words, 'pages.partial')})` : tip,
    filter: filterOn(by, cohort.key),
  }
}
