import { formatNumber, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { nameOfHour, type PlannedHour } from '../../insights/staffing.ts'
import type { ChartDrawing } from './chart.ts'
import { type MatrixCell, matrix } from './matrix.ts'

const steps = 6
const weekdays = [1, 2, 3, 4, 5, 6, 7]

/** An hour of a plan; the share in time where the plan has one for each hour. */
export type DrawnHour = Pick<PlannedHour, 'weekday' | 'hour' | 'contacts' | 'agents'> &
  Partial<Pick<PlannedHour, 'service_level'>>

/** Agents by hour of the day (down) and weekday (across): a grid in which nothing can be clicked, since an hour is no filter of a plan. */
export function drawAgents(hours: DrawnHour[], name: string, words: Words, width: number): ChartDrawing {
  const first = Math.min(...hours.map((each) => each.hour))
  const last = Math.max(...hours.map((each) => each.hour))
  const rows = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  const known = new Map(hours.map((each) => [each.weekday * 24 + each.hour, each]))
  const peak = Math.max(...hours.map((each) => each.agents))
  const cell = (weekday: number, hour: number): MatrixCell => {
    const found = known.get(weekday * 24 + hour)
    if (!found) return { text: '', shade: 0, blank: true }
    return {
      text: formatNumber(found.agents, words),
      shade: 1 + Math.min(steps - 1, Math.floor(((found.agents - 1) / Math.max(1, peak - 1)) * (steps - 1))),
      tip: say(words, found.service_level === undefined ? 'pages.staffing.tip.short' : 'pages.staffing.tip', {
        when: nameOfHour(found, words),
        agents: found.agents,
        contacts: formatNumber(found.contacts, words, 1),
        level: formatValue(found.service_level ?? null, 'ratio', words),
      }),
    }
  }
  const left = 44
  const short = width - left < 7 * 84
  return {
    option: matrix(
      rows.map((hour) => `${String(hour).padStart(2, '0')}:00`),
      weekdays.map((each) => cut(say(words, `values.weekday.${each}`), short)),
      left,
      weekdays.map((weekday) => rows.map((hour) => cell(weekday, hour))),
    ),
    height: rows.length * 26 + 34,
    label: say(words, 'pages.staffing.label', { name, peak }),
    foot: '',
  }
}

/** `Mon`, where the whole name has no room. */
function cut(weekday: string, short: boolean): string {
  return short ? weekday.slice(0, 3) : weekday
}
