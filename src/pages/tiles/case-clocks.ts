import { addDays, secondsOf } from '../../calendar.ts'
import { type CaseEvent, type CaseMoments, type ClockMetric, clocksOf, timelineOf } from '../../clocks/case-clocks.ts'
import { type Reach, scheduleAt } from '../../clocks/reach.ts'
import { openIntervals, type Schedule } from '../../clocks/schedule.ts'
import { type Assignment, type Clock, type Strip, type StripPart, stripOf } from '../../clocks/strip.ts'
import { formatDate } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import type { Scalar } from '../services.ts'
import type { TileContext } from './tile.ts'

type Row = Record<string, Scalar>

/** One clock of a case: its total, and the intervals that it counted and left out, in order, without gaps. */
export interface CaseClock {
  id: string
  label: string
  /** The total, and by which clock. */
  total: string
  clock: string
  parts: { counted: boolean; share: number; from: string; to: string; length: string; rule: string }[]
}

/**
 * The clock strips of a case: for each duration that the version computed, the intervals that sum to it. A strip that does not sum
 * to the stored number to the second is not shown: it would explain something else.
 */
export async function clocksOfCase(row: Row, context: TileContext): Promise<CaseClock[]> {
  const { rowsBy } = context.services.facts
  const { present } = context.services.version
  const id = String(row.id)
  if (!rowsBy || !present.has('case_durations.seconds') || typeof row.created_at !== 'string') return []
  const durations = (await rowsBy('case_durations', 'case', id)).rows.filter((each) => each.origin === 'computed')
  const history = present.has('case_events.at') ? await rowsBy('case_events', 'case', id) : null
  if (durations.length === 0 || history?.next) return []
  const events = (history?.rows ?? []).flatMap(eventOf)
  const clocks = clocksOf(momentsOf(row), events)
  const schedules = present.has('schedules.schedule') ? await schedulesOf(context) : []
  const timeline = schedules.length > 0 ? await assignmentsOf(row, events, schedules, context) : []
  return clocks.flatMap(({ metric, n, clock }) => {
    const stored = durations.filter((each) => each.metric === metric && isOf(each, n))
    const business = stored.find((each) => each.clock === 'business')
    const calendar = stored.find((each) => each.clock === 'calendar')
    const opened = business && stripOf(withHours(clock, timeline, schedules))
    if (opened && opened.seconds === business?.seconds) return [viewOf(metric, n, 'business', opened, context)]
    const plain = stripOf(clock)
    return plain.seconds === calendar?.seconds ? [viewOf(metric, n, 'calendar', plain, context)] : []
  })
}

/** Several next replies of a case are numbered at the end of their ids. */
function isOf({ id }: Row, n: number): boolean {
  return n === 0 || String(id).endsWith(`/${n}`)
}

const moment = (value: Scalar | undefined): number | null => (typeof value === 'string' ? secondsOf(value) : null)
const text = (value: Scalar | undefined): string | null => (typeof value === 'string' ? value : null)

function momentsOf(row: Row): CaseMoments {
  return {
    created: moment(row.created_at) ?? 0,
    status: text(row.status),
    assigned: moment(row.assigned_at),
    firstResponse: moment(row.first_response_at),
    firstSolved: moment(row.first_solved_at),
    solved: moment(row.solved_at),
    closed: moment(row.closed_at),
  }
}

function eventOf(row: Row): CaseEvent[] {
  const at = moment(row.at)
  if (at === null) return []
  return [
    {
      at,
      seq: Number(row.seq ?? row.record ?? 0),
      activity: String(row.activity ?? ''),
      from: text(row.from_value),
      to: text(row.to_value),
      actor: text(row.actor_kind),
      isPublic: typeof row.is_public === 'boolean' ? row.is_public : null,
      team: text(row.team),
    },
  ]
}

/** A schedule, and for whom it is. */
interface Held extends Schedule {
  reach: Reach
}

/** Opening hours as the version has them, in their order. */
async function schedulesOf({ services }: TileContext): Promise<Held[]> {
  const { rows } = await services.readRows({ table: 'schedules', limit: 500 })
  const holidays = services.version.present.has('holidays.on_date')
    ? (await services.readRows({ table: 'holidays', limit: 500 })).rows
    : []
  const names = [...new Set(rows.map((row) => String(row.schedule)))]
  return names.map((name) => {
    const own = rows.filter((row) => row.schedule === name)
    const starts = [...new Set(own.map((row) => text(row.valid_from)))]
    const named = (of: Scalar | undefined): string | undefined => text(of) ?? undefined
    return {
      name,
      zone: String(own[0]?.zone ?? 'UTC'),
      hours: starts.map((validFrom) => ({
        validFrom: validFrom?.slice(0, 10) ?? null,
        week: own
          .filter((row) => text(row.valid_from) === validFrom)
          .map((row) => ({ weekday: Number(row.weekday), from: secondOf(row.from), to: secondOf(row.to) })),
      })),
      holidays: new Set(holidays.map((row) => String(row.on_date).slice(0, 10))),
      reach: { team: named(own[0]?.team), market: named(own[0]?.market), channel: named(own[0]?.channel) },
    }
  })
}

/** Which schedule held when: those of the teams that the case went through. */
async function assignmentsOf(
  row: Row,
  events: CaseEvent[],
  schedules: Held[],
  { services }: TileContext,
): Promise<Assignment[]> {
  const ids = new Set([text(row.team), ...events.flatMap(({ team, from, to }) => [team, from, to])])
  const names = new Map<string, string>()
  if (services.version.present.has('teams.name'))
    for (const id of ids) {
      const [known] = id === null ? [] : ((await services.facts.rowsBy?.('teams', 'id', id))?.rows ?? [])
      if (id !== null && known) names.set(id, text(known.name) ?? id)
    }
  const reaches = schedules.map(({ reach }) => reach)
  return timelineOf(text(row.team), events, (team) => {
    const name = team === null ? null : (names.get(team) ?? team.replace(/^[^:]*:/, ''))
    const chosen = scheduleAt(reaches, { team: name, market: text(row.market), channel: text(row.channel) })
    return chosen === null ? null : (schedules[chosen]?.name ?? null)
  })
}

function secondOf(wall: Scalar | undefined): number {
  const [hour = 0, minute = 0] = String(wall).split(':').map(Number)
  return hour * 3600 + minute * 60
}

function withHours(clock: Omit<Clock, 'business'>, timeline: Assignment[], schedules: Schedule[]): Clock {
  const dayOf = (instant: number): string => new Date(instant * 1000).toISOString().slice(0, 10)
  const days = { from: addDays(dayOf(clock.span.from), -2), to: addDays(dayOf(clock.span.to), 2) }
  const open = new Map(schedules.map((each) => [each.name, openIntervals(each, days)]))
  return { ...clock, business: { timeline, open } }
}

function viewOf(
  metric: ClockMetric,
  n: number,
  clock: 'business' | 'calendar',
  strip: Strip,
  context: TileContext,
): CaseClock {
  const { words } = context
  const whole = strip.parts.reduce((sum, { from, to }) => sum + to - from, 0)
  const label = labelOf(
    words,
    `metrics.${metric}_time.label`,
    context.services.catalogue.metrics.get(`${metric}_time`)?.label ?? metric,
  )
  return {
    id: `${metric}-${n}`,
    label: n > 1 ? `${label} ${n}` : label,
    total: exactText(strip.seconds ?? 0),
    clock: labelOf(words, `values.clock.${clock}`, clock),
    parts: strip.parts.map((part) => ({
      counted: part.counted,
      share: whole > 0 ? (part.to - part.from) / whole : 0,
      from: instantText(part.from, context),
      to: instantText(part.to, context),
      length: exactText(part.to - part.from),
      rule: ruleText(part, context),
    })),
  }
}

/** `26:00:08`: hours, minutes and seconds, since every second is accounted for. */
function exactText(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

function instantText(instant: number, { words }: TileContext): string {
  return formatDate(new Date(instant * 1000).toISOString(), words, { dateStyle: 'medium', timeStyle: 'medium' })
}

function ruleText({ rule, by }: StripPart, { words }: TileContext): string {
  const status = by === null ? '' : labelOf(words, `values.status.${by}`, by)
  if (rule === 'paused') return say(words, 'pages.case.clock.paused', { status })
  if (rule === 'open') return say(words, 'pages.case.clock.open', { schedule: by ?? '' })
  if (rule === 'closed') return say(words, 'pages.case.clock.closed', { schedule: by ?? '' })
  return say(words, rule === 'calendar' ? 'pages.case.clock.calendar' : 'pages.case.clock.no-schedule')
}
