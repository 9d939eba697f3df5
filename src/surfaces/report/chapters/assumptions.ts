import { formatDate, formatDuration, formatValue } from '../../../config/format.ts'
import { labelOf, say } from '../../../config/words.ts'
import type { MetricCard, MetricCell } from '../../../metrics/frame.ts'
import type { Metric } from '../../../metrics/metric.ts'
import { fieldLabel, listed } from '../../../metrics/needs.ts'
import type { Premises } from '../../../metrics/premises.ts'
import { nameOf } from '../../../pages/tiles/loads.ts'
import { totalOf } from '../../../pages/tiles/tile.ts'
import type { Block } from '../document.ts'
import type { ChapterContext } from './chapter.ts'
import { findingsOf } from './findings.ts'
import { asksPromise } from './promises.ts'
import { metricsOf, queriesOf } from './used.ts'

/** A metric of the report with its whole number. */
interface Used {
  metric: Metric
  card: MetricCard
  cell: MetricCell
  /** Shown by day, week or month, or for some days alone. */
  dated: boolean
}

/** What is taken for granted, and whose numbers would be others if it were not so. */
interface Assumption {
  id: string
  says: string
  /** Null: it is about all numbers. */
  depend: Used[] | null
  facts: 'version' | 'premises'
}

type Ground = { used: Used[]; premises: Premises | null; context: ChapterContext }

/** Everything that the numbers of this report rest on besides the rows, each with the numbers that depend on it. */
export async function composeAssumptions(context: ChapterContext): Promise<Block[]> {
  const used = await usedOf(context)
  const premises = (await context.services.facts.premises?.()) ?? null
  const ground: Ground = { used, premises, context }
  const found = [
    ...inventedPeople(ground),
    ...asOf(ground),
    ...zone(ground),
    ...clocks(ground),
    ...stored(ground),
    ...maturity(ground),
    ...guessed(ground),
    ...targets(ground),
    ...promises(ground),
    ...(await staffing(ground)),
    ...personal(ground),
  ]
  return found.flatMap((each) => printed(each, context))
}

/** Nothing of the report depends on it: then nobody has to read it. */
function printed({ id, says, depend, facts }: Assumption, { words }: ChapterContext): Block[] {
  if (depend?.length === 0) return []
  const numbers =
    depend === null
      ? say(words, 'report.assumptions.all')
      : listed([...new Set(depend.map(({ card }) => card.label))], words)
  return [
    {
      ...{ kind: 'definition', term: say(words, `report.assumptions.${id}`), says },
      parts: [{ label: say(words, 'report.assumptions.depend'), text: numbers }],
      source: { facts },
    },
  ]
}

async function usedOf({ before, services }: ChapterContext): Promise<Used[]> {
  const dated = new Set(queriesOf(before).flatMap(({ grain, range, metrics }) => (grain || range ? metrics : [])))
  const ids = metricsOf(before).filter((id) => services.catalogue.metrics.has(id))
  const frames = await Promise.all(ids.map((id) => services.runQuery({ metrics: [id] })))
  return ids.flatMap((id, index) => {
    const [frame, metric] = [frames[index]!, services.catalogue.metrics.get(id)!]
    const card = frame.metrics[id]
    const cell = totalOf(frame, id)
    // What could not be known rests on nothing.
    return card && !cell.refused ? [{ metric, card, cell, dated: dated.has(id) }] : []
  })
}

function inventedPeople({ premises, context: { words } }: Ground): Assumption[] {
  if (!premises) return []
  const { known, reserved } = premises.addresses
  if (premises.demo)
    return [{ id: 'synthetic', says: say(words, 'report.assumptions.demo'), depend: null, facts: 'premises' }]
  // One real address is enough to say nothing.
  if (known === 0 || reserved < known) return []
  const says = say(words, 'report.assumptions.reserved', { known })
  return [{ id: 'synthetic', says, depend: null, facts: 'premises' }]
}

function asOf({ used, context: { services, words } }: Ground): Assumption[] {
  const { as_of, zone, by_clock } = services.version
  if (!as_of) return []
  const at = formatDate(as_of, words, { dateStyle: 'long', timeStyle: 'short', timeZone: zone })
  const says = say(words, by_clock ? 'report.assumptions.by-clock' : 'report.assumptions.newest', { at, zone })
  return [{ id: 'as-of', says, depend: used.filter(({ card }) => card.needs_as_of), facts: 'version' }]
}

function zone({ used, context: { services, words } }: Ground): Assumption[] {
  const says = say(words, 'report.assumptions.days', { zone: services.version.zone })
  return [{ id: 'zone', says, depend: used.filter(({ dated }) => dated), facts: 'version' }]
}

/** Time by day and night, or by opening hours. */
function clocks({ used, premises, context: { words } }: Ground): Assumption[] {
  const schedules = premises?.schedules ?? []
  return (['calendar', 'business'] as const).map((clock) => ({
    ...{ id: `clock-${clock}`, facts: 'premises' as const },
    says:
      clock === 'calendar'
        ? say(words, 'report.assumptions.calendar')
        : say(words, 'report.assumptions.business', {
            count: schedules.length,
            schedules: listed(schedules, words),
          }),
    depend: used.filter(({ card }) => card.clock === clock),
  }))
}

/** Durations that a system had computed before anybody asked. */
function stored({ used, context: { words } }: Ground): Assumption[] {
  const depend = used.filter(({ cell }) => cell.stored)
  return [{ id: 'stored', says: say(words, 'report.assumptions.stored.says'), depend, facts: 'premises' }]
}

function maturity({ used, context: { words } }: Ground): Assumption[] {
  const depend = used.filter(({ metric }) => metric.maturity)
  return [{ id: 'maturity', says: say(words, 'report.assumptions.maturity.says'), depend, facts: 'version' }]
}

/** A file that no pack knows: which of its columns were taken for what. */
function guessed({ used, premises, context: { words } }: Ground): Assumption[] {
  const files = [...new Set(premises?.guessed.map(({ file }) => file))]
  return files.map((file) => {
    const own = premises!.guessed.filter((each) => each.file === file)
    const fields = new Set(own.map(({ field }) => field))
    // The table of a column says what it is about; the same column fills several.
    const columns = own.filter((each, at) => own.findIndex(({ column }) => column === each.column) === at)
    return {
      ...{ id: 'guessed', facts: 'premises' as const },
      says: say(words, 'report.assumptions.guessed.says', {
        file: nameOf(file),
        columns: listed(
          columns.map(({ column, field }) =>
            say(words, 'report.assumptions.guessed.column', { column, field: fieldLabel(field, words) }),
          ),
          words,
        ),
      }),
      depend: used.filter(
        ({ metric, card, dated }) =>
          metric.needs.some((need) => need.split(' or ').some((each) => fields.has(each))) ||
          (dated && card.time_basis !== null && fields.has(card.time_basis)),
      ),
    }
  })
}

/** What numbers are held against, and who says so. */
function targets({ used, context: { words } }: Ground): Assumption[] {
  const own = used.filter(({ card }) => card.target)
  if (own.length === 0) return []
  const says = own.map(({ card }) =>
    say(words, 'report.assumptions.target', {
      metric: card.label,
      target: formatValue(card.target!.value, card.unit, words),
      source: withoutStop(card.target!.source),
    }),
  )
  return [{ id: 'targets', says: says.join(' '), depend: own, facts: 'premises' }]
}

/** Who says so, as part of a longer sentence. */
function withoutStop(source: string): string {
  return source.replace(/\.$/, '')
}

const promised = { wait: 'answered', first_reply: 'answered', resolution: 'solved' } as const

/** What counts as in time where a metric asks for it. */
function promises({ used, premises, context: { words } }: Ground): Assumption[] {
  const says = (premises?.promises ?? []).map(({ metric, channel, priority, market, seconds, clock, source }) =>
    say(words, 'report.assumptions.promise', {
      what: promised[metric as keyof typeof promised] ?? 'other',
      about:
        [channel && labelOf(words, `values.channel.${channel}`, channel), priority, market]
          .filter(Boolean)
          .join(', ') || 'all',
      within: formatDuration(seconds, words),
      clock,
      source: withoutStop(source),
    }),
  )
  const depend = used.filter(({ metric }) => asksPromise(metric))
  return says.length > 0 ? [{ id: 'promises', says: says.join(' '), depend, facts: 'premises' }] : []
}

/** What the arithmetic of agents takes for granted, as its findings say it. */
async function staffing({ used, context }: Ground): Promise<Assumption[]> {
  const findings = findingsOf((await context.gathered()).answers).filter(({ kind }) => kind === 'staffing')
  const shown = context.before.some(({ blocks }) =>
    blocks.some(({ source }) => findings.some(({ id }) => source?.finding === id)),
  )
  const says = [...new Set(findings.flatMap(({ limits }) => limits))]
  if (!shown || says.length === 0) return []
  const depend = used.filter(({ metric }) => ['occupancy', 'handle_time', 'service_level'].includes(metric.family))
  return [{ id: 'staffing', says: says.join(' '), depend: depend.length > 0 ? depend : null, facts: 'premises' }]
}

function personal({ premises, context: { words } }: Ground): Assumption[] {
  if (!premises) return []
  const says = say(words, premises.masked ? 'report.assumptions.masked' : 'report.assumptions.shown')
  return [{ id: 'personal', says, depend: null, facts: 'premises' }]
}
