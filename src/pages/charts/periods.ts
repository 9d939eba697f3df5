import { formatDate } from '../../config/format.ts'
import type { Words } from '../../config/words.ts'
import type { Frame, FrameRow, MetricCell, Period } from '../../metrics/frame.ts'
import type { Grain } from '../../metrics/query.ts'
import type { Forecast } from './chart.ts'
import { cellOf } from './points.ts'

export interface Step {
  start: string
  label: string
  partial: boolean
  cell: MetricCell | null
  /** What is forecast for it. */
  ahead?: Forecast
}

export function periodOf(row: FrameRow): Period | null {
  const period = row.period
  return period !== null && typeof period === 'object' && 'start' in period ? period : null
}

/** Every period from first to last of `whole`. One without a row has no cell: a gap in time is a gap in the line. */
export function stepsOf(frame: Frame, metric: string, words: Words, whole = frame): Step[] {
  const grain = frame.query.grain ?? 'month'
  const found = new Map<string, { period: Period; cell: MetricCell }>()
  for (const row of frame.rows) {
    const period = periodOf(row)
    if (period) found.set(period.start.slice(0, 10), { period, cell: cellOf(row, metric) })
  }
  const known = new Map(whole.rows.flatMap((row) => periodOf(row) ?? []).map((each) => [each.start.slice(0, 10), each]))
  const starts = [...known.keys()].sort()
  const first = starts[0]
  const last = starts.at(-1)
  if (!first || !last) return []
  const steps: Step[] = []
  for (let at = first; at <= last && steps.length < 2000; at = next(at, grain)) {
    const hit = found.get(at)
    steps.push({
      start: at,
      label: periodLabel(at, grain, words),
      partial: (hit?.period ?? known.get(at))?.partial ?? false,
      cell: hit?.cell ?? null,
    })
  }
  return steps
}

function next(day: string, grain: Grain): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (grain === 'day') date.setUTCDate(date.getUTCDate() + 1)
  else if (grain === 'week') date.setUTCDate(date.getUTCDate() + 7)
  else if (grain === 'month') date.setUTCMonth(date.getUTCMonth() + 1)
  else if (grain === 'quarter') date.setUTCMonth(date.getUTCMonth() + 3)
  else date.setUTCFullYear(date.getUTCFullYear() + 1)
  return date.toISOString().slice(0, 10)
}

/** `14 Feb`, `Feb 2024`, `Q1 2024`, `2024`. */
export function periodLabel(start: string, grain: Grain, words: Words): string {
  if (grain === 'year') return start.slice(0, 4)
  if (grain === 'quarter')
    return `${words.language === 'fr' ? 'T' : 'Q'}${Math.ceil(Number(start.slice(5, 7)) / 3)} ${start.slice(0, 4)}`
  if (grain === 'month') return formatDate(start, words, { month: 'short', year: 'numeric' })
  return formatDate(start, words, { day: 'numeric', month: 'short' })
}
