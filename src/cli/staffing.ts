import { type Command, InvalidArgumentError } from 'commander'
import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { type ChannelShift, findShift, type NoShift, type Shift } from '../insights/channel-shift.ts'
import { findMarginal } from '../insights/marginal-agent.ts'
import { readMarginal } from '../insights/marginal-evidence.ts'
import { findNextMarket, type Language } from '../insights/next-market.ts'
import { readNextMarket } from '../insights/next-market-evidence.ts'
import type { ServiceTarget } from '../insights/staffed-hour.ts'
import { findStaffing, type NoStaffing, nameOfQueue, type PlannedHour, type Staffing } from '../insights/staffing.ts'
import { handleParts, type Kept, readStaffing, waitingChannels } from '../insights/staffing-evidence.ts'
import type { MetricContext } from '../metrics/context.ts'
import { wordsOf } from '../model/vocabularies.ts'
import { openModel } from './model.ts'
import { type CommonOptions, wholeNumber, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { printAhead, readAhead } from './staffing-ahead.ts'
import { printMarginal } from './staffing-marginal.ts'
import { languages, markets, openHours, printNextMarket } from './staffing-next-market.ts'

type Numbers = Record<string, number>

interface StaffingOptions extends CommonOptions {
  channel?: string
  market?: string
  by?: 'market'
  target?: ServiceTarget
  shrinkage?: number
  concurrency?: Numbers
  handle?: Numbers
  agents?: number
  shift?: Shift
  keep?: Kept[]
  cost?: number
  marginal?: boolean
  weeks?: number
  nextMarket?: boolean
  like?: string[]
  customers?: number
  hours?: { from: number; to: number }
  languages?: Language[]
}

/** `rapport insights staffing`. */
export function addStaffing(command: Command): void {
  const staffing = command
    .command('staffing')
    .description('Agents by hour and weekday for the promised service level, or why that cannot be said. 0 either way.')
    .option('--channel <channel>', 'call or chat (default: both)', channel)
    .option('--market <market>', 'contacts of this market only')
    .option('--by <dimension>', 'market: a queue for each, in place of one for all', byMarket)
    .option('--target <share/seconds>', '80/20: 80 % within 20 s (default: what is promised)', target)
    .option(
      '--shrinkage <share>',
      'paid time that is not for customers (default: as agent states show it, else 0.3)',
      shrinkage,
    )
    .option('--concurrency <channel=number>', 'chat=3: contacts at a time for one agent (repeatable)', concurrency)
    .option('--handle <channel=seconds>', 'chat=600 or call.wrapup=30: in place of what is not recorded', handle)
    .option('--agents <number>', 'what would so many agents make of it?', agents)
    .option('--shift <from:to=share>', 'call:chat=30%: what if so many came by another channel?', shift)
    .option('--keep <dimension=values>', 'priority=critical or reason=…: these do not move (repeatable)', keep)
    .option('--cost <amount>', "of an agent's paid hour, for the shift", amount)
  staffing.option('--weeks <number>', 'agents of the next weeks, by a forecast of the contacts', weeks)
  staffing.option('--marginal', 'where would one agent more or less change most? by market, team and channel')
  staffing
    .option('--next-market', 'what would a market take that is like --like and has --customers?')
    .option('--like <markets>', 'DE,FR: markets that the next one is like', markets)
    .option('--customers <number>', 'of the next market', customers)
    .option(
      '--hours <from-to>',
      '8-18: opening hours of the next market (default: as contacts come elsewhere)',
      openHours,
    )
    .option('--languages <language=share>', 'de=60%,fr=40%: a queue for each (default: one)', languages)
  withData(staffing)
    .addHelpText(
      'after',
      '\nExample:\n  $ rapport insights staffing --target 80/20 --shift call:chat=30% --concurrency chat=2',
    )
    .action(printStaffing)
}

function channel(text: string): string {
  if (waitingChannels.includes(text)) return text
  throw new InvalidArgumentError(`Give ${waitingChannels.join(' or ')}: elsewhere nobody waits for an agent.`)
}

function byMarket(text: string): 'market' {
  if (text === 'market') return text
  throw new InvalidArgumentError('Give market.')
}

function target(text: string): ServiceTarget {
  const [, share, within] = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(text) ?? []
  const parsed = { share: Number(share) / 100, within: Number(within) }
  if (parsed.share > 0 && parsed.share < 1) return parsed
  throw new InvalidArgumentError('Give percent and seconds, 80/20; no number of agents keeps 100 %.')
}

function shrinkage(text: string): number {
  const share = shareOf(text)
  if (share !== null && share < 1) return share
  throw new InvalidArgumentError('Give a share below 1, such as 0.3 or 30%.')
}

/** `0.3` or `30%`. */
function shareOf(text: string): number | null {
  const [, number, percent] = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text) ?? []
  if (number === undefined) return null
  return percent ? Number(number) / 100 : Number(number)
}

function agents(text: string): number {
  const count = wholeNumber(text)
  if (count < 1) throw new InvalidArgumentError('Give at least 1 agent.')
  return count
}

function weeks(text: string): number {
  const count = wholeNumber(text)
  if (count < 1 || count > 26) throw new InvalidArgumentError('Give 1 to 26 weeks.')
  return count
}

function customers(text: string): number {
  const count = wholeNumber(text)
  if (count < 1) throw new InvalidArgumentError('Give at least 1 customer.')
  return count
}

function amount(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Give an amount, such as 28.50.')
}

function concurrency(text: string, before: Numbers = {}): Numbers {
  const [, name = '', number] = /^([a-z_]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? []
  const held = Number(number)
  if (waitingChannels.includes(name) && held >= 1 && held <= 20) return { ...before, [name]: held }
  throw new InvalidArgumentError('Give a channel and 1 to 20 contacts at a time, chat=3.')
}

function handle(text: string, before: Numbers = {}): Numbers {
  const [, name = '', part, seconds] = /^([a-z_]+)(?:\.([a-z]+))?=(\d+(?:\.\d+)?)$/.exec(text) ?? []
  const isPart = part === undefined || handleParts.some((each) => each === part)
  const value = Number(seconds)
  if (waitingChannels.includes(name) && isPart && (part === undefined ? value > 0 : value >= 0))
    return { ...before, [part === undefined ? name : `${name}.${part}`]: value }
  throw new InvalidArgumentError(
    `Give seconds, call=300, or those of a part (${handleParts.join(', ')}), call.wrapup=30.`,
  )
}

function shift(text: string): Shift {
  const [, from = '', to = '', amountOf = ''] = /^([a-z_]+):([a-z_]+)=(.+)$/.exec(text) ?? []
  const share = shareOf(amountOf)
  const known = wordsOf('channel')
  if (known.includes(from) && known.includes(to) && from !== to && share !== null && share > 0 && share <= 1)
    return { from, to, share }
  throw new InvalidArgumentError('Give two channels and a share, call:chat=30%.')
}

function keep(text: string, before: Kept[] = []): Kept[] {
  const [, dimension, list = ''] = /^(priority|reason)=(.+)$/.exec(text) ?? []
  const values = list.split(',').map((each) => each.trim())
  if (dimension === undefined || values.includes(''))
    throw new InvalidArgumentError('Give priority=critical,high or reason=….')
  const strange = dimension === 'priority' ? values.find((each) => !wordsOf('priority').includes(each)) : undefined
  if (strange !== undefined)
    throw new InvalidArgumentError(`"${strange}" is no priority; there are ${wordsOf('priority').join(', ')}.`)
  return [...before, { dimension: dimension as Kept['dimension'], values }]
}

async function printStaffing(options: StaffingOptions): Promise<void> {
  refuseAlone(options)
  const { context, version } = await openModel(options)
  const { words } = context
  try {
    if (options.nextMarket) return await printNext(options, context)
    if (options.marginal) return await printWhere(options, context)
    const keptWhere = options.keep ?? []
    const scope = { byMarket: options.by === 'market', market: options.market, target: options.target, keep: keptWhere }
    const evidence = await readStaffing(context, scope)
    const question = {
      shrinkage: options.shrinkage,
      concurrency: options.concurrency ?? {},
      handle: options.handle ?? {},
      agents: options.agents,
      time: evidence.time,
      words,
    }
    const asked = evidence.queues.filter((each) => !options.channel || each.channel === options.channel)
    const queues = asked.map((each) => findStaffing(each, question))
    const markets = [...new Set(evidence.queues.map((each) => each.market))]
    const moving = options.shift && { ...question, shift: options.shift, keep: keptWhere, cost: options.cost }
    const shifts = moving && markets.map((market) => findShift(evidence.queues, market, evidence.unknown, moving))
    const ahead = options.weeks && (await readAhead(queues, options.weeks, options.market, context))
    const refused = queues.length > 0 ? undefined : saidNone(options, words)
    if (options.json) {
      printJson({
        version: context.version.id,
        zone: context.version.zone,
        queues,
        ...(refused && { refused, missing: missingFrom(options) }),
        ...(shifts && { shifts }),
        ...(ahead && { ahead }),
      })
      return
    }
    if (refused) printData(refused)
    for (const each of queues) printQueue(each, options, context.version.zone, words)
    for (const each of ahead || []) printAhead(each, words)
    for (const each of shifts ?? []) printShift(each, options, words)
  } finally {
    await version.close()
  }
}

/** The queues of markets and teams, in place of their agents. */
async function printWhere(options: StaffingOptions, context: MetricContext): Promise<void> {
  const evidence = await readMarginal(context, options)
  const queues = evidence.queues.filter((each) => !options.channel || each.channel === options.channel)
  const { concurrency = {}, handle = {} } = options
  const found = findMarginal({ ...evidence, queues }, { concurrency, handle, words: context.words })
  if (options.json) printJson({ version: context.version.id, ...found })
  else printMarginal(found, context.words)
}

/** A market that is not there yet, in place of those that are. */
async function printNext(options: StaffingOptions, context: MetricContext): Promise<void> {
  const { like = [], customers = 0, hours, languages, shrinkage, concurrency = {}, handle = {} } = options
  const { words } = context
  const evidence = await readNextMarket(context, options)
  const asked = { like, customers, hours, languages, shrinkage, concurrency, handle, time: evidence.time, words }
  const found = findNextMarket(evidence, asked)
  if (options.json) printJson({ version: context.version.id, zone: context.version.zone, ...found })
  else printNextMarket(found, words)
}

function saidNone({ channel, market }: StaffingOptions, words: Words): string {
  if (market !== undefined) return sayWord(words, 'say.staffing.no-market', { market })
  const name = channel && nameOfQueue({ channel, market: null }, words)
  return name ? sayWord(words, 'say.staffing.no-channel', { name }) : sayWord(words, 'say.staffing.none')
}

/** Fields that would give queues; none where the data have some and only those asked for are not among them. */
function missingFrom({ channel, market }: StaffingOptions): string[] {
  return market === undefined && channel === undefined ? ['touchpoints.started_at', 'touchpoints.channel'] : []
}

/** What only a shift or a next market reads would be left out without a word. */
function refuseAlone(options: StaffingOptions): void {
  const { shift, keep, cost, nextMarket, like, customers, hours, languages } = options
  const forShift = [...(keep ? ['--keep'] : []), ...(cost === undefined ? [] : ['--cost'])]
  if (!shift && forShift.length > 0) throw alone(forShift, 'a shift', '--shift call:chat=30%')
  const forNext = Object.entries({ like, customers, hours, languages }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  )
  const next = '--next-market --like DE,FR --customers 20000'
  if (!nextMarket && forNext.length > 0) throw alone(forNext, 'a next market', next)
  if (nextMarket && (!like || customers === undefined))
    throw new RapportError(
      {
        code: 'option-missing',
        message: '--next-market needs the markets that it is like, and how many customers it has.',
        where: '--next-market',
        fix: `Write ${next}.`,
      },
      2,
    )
}

function alone(options: string[], what: string, example: string): RapportError {
  const named = options.join(' and ')
  return new RapportError(
    {
      code: 'option-alone',
      message: `${named} only mean something for ${what}, and there is none.`,
      where: options[0],
      fix: `Add ${example}, or leave out ${named}.`,
    },
    2,
  )
}

function printQueue(found: Staffing | NoStaffing, options: StaffingOptions, zone: string, words: Words): void {
  printData(coloured('bold', nameOfQueue(found, words), process.stdout))
  if ('refused' in found) {
    printData(`${found.refused}\n\n`)
    return
  }
  printData(
    [found.sentence, ...(found.given ? [found.given] : []), ...found.assumptions.map((each) => `· ${each}`)].join('\n'),
  )
  const busiest = weekdays.toSorted((a, b) => agentsOn(found, b) - agentsOn(found, a))[0]!
  const weekday = sayWord(words, `values.weekday.${busiest}`)
  printData(`\n${sayWord(words, 'say.staffing.busiest', { weekday })}\n${tableOfDay(found, busiest, options, words)}`)
  printData(`\n${sayWord(words, 'say.staffing.grid', { zone })}\n${tableOfWeek(found, words)}\n\n`)
}

const weekdays = [1, 2, 3, 4, 5, 6, 7]

function agentsOn({ hours }: Staffing, weekday: number): number {
  return hours.filter((each) => each.weekday === weekday).reduce((sum, each) => sum + each.agents, 0)
}

/** Numbers of one weekday; columns that hold nothing are left out. */
function tableOfDay({ hours }: Staffing, weekday: number, options: StaffingOptions, words: Words): string {
  const dash = (value: number | null | undefined, digits: number) =>
    value === null || value === undefined ? '–' : formatNumber(value, words, digits)
  const ratio = (value: number | null | undefined) => formatValue(value, 'ratio', words)
  const columns: [id: string, of: (hour: PlannedHour) => string][] = [
    ['contacts', (hour) => dash(hour.contacts, 1)],
    ['p90', (hour) => dash(hour.p90, 1)],
    ['agents', (hour) => dash(hour.agents, 0)],
    ['agents_p90', (hour) => dash(hour.agents_p90, 0)],
    ['rostered', (hour) => dash(hour.rostered, 1)],
    ['occupancy', (hour) => ratio(hour.occupancy)],
    ['service_level', (hour) => ratio(hour.service_level)],
    ['mean_wait', (hour) => formatValue(hour.mean_wait, 'seconds', words)],
    ['abandons', (hour) => ratio(hour.abandons)],
    ['now_agents', (hour) => dash(hour.now.agents, 1)],
    ['now_level', (hour) => ratio(hour.now.service_level)],
    ...(options.agents === undefined
      ? []
      : [
          [
            'given',
            (hour: PlannedHour) =>
              hour.given ? ratio(hour.given.service_level) : sayWord(words, 'say.staffing.overload'),
          ] as [string, (hour: PlannedHour) => string],
        ]),
  ]
  const day = hours.filter((each) => each.weekday === weekday)
  const filled = columns.filter(([, of]) => day.some((hour) => of(hour) !== '–'))
  const head = (id: string) => sayWord(words, `say.staffing.column.${id}`, { agents: options.agents })
  return textTable(
    [head('hour'), ...filled.map(([id]) => head(id))],
    day.map((hour) => [`${String(hour.hour).padStart(2, '0')}:00`, ...filled.map(([, of]) => of(hour))]),
    [false, ...filled.map(() => true)],
  )
}

function tableOfWeek({ hours }: Staffing, words: Words): string {
  const open = [...new Set(hours.map((each) => each.hour))].toSorted((a, b) => a - b)
  const at = (weekday: number, hour: number) => hours.find((each) => each.weekday === weekday && each.hour === hour)
  return textTable(
    [sayWord(words, 'say.staffing.column.hour'), ...weekdays.map((each) => sayWord(words, `values.weekday.${each}`))],
    open.map((hour) => [
      `${String(hour).padStart(2, '0')}:00`,
      ...weekdays.map((weekday) => String(at(weekday, hour)?.agents ?? '–')),
    ]),
    [false, ...weekdays.map(() => true)],
  )
}

function printShift(found: ChannelShift | NoShift, options: StaffingOptions, words: Words): void {
  if ('refused' in found) {
    printData(`${found.refused}\n`)
    return
  }
  printData([found.sentence, ...found.assumptions.map((each) => `· ${each}`), ''].join('\n'))
  const head = ['side', 'channel', 'contacts', 'peak', 'agent_hours', 'rostered_hours', 'service_level']
  const columns = options.cost === undefined ? head : [...head, 'cost']
  const sides = (['before', 'after'] as const).flatMap((side) => found[side].map((each) => ({ side, ...each })))
  const rows = sides.map((each) => [
    sayWord(words, `say.staffing.side.${each.side}`),
    nameOfQueue({ channel: each.channel, market: found.market }, words),
    formatNumber(each.contacts, words, 1),
    formatNumber(each.peak, words),
    formatNumber(each.agent_hours, words),
    formatNumber(each.rostered_hours, words),
    formatValue(each.service_level, 'ratio', words),
    ...(options.cost === undefined ? [] : [formatValue(each.cost, 'money', words)]),
  ])
  const header = columns.map((id) => sayWord(words, `say.staffing.column.${id}`))
  printData(`${textTable(header, rows, [false, false, ...columns.slice(2).map(() => true)])}\n`)
  printData(`${tableOfBreakEvens(found, words)}\n\n`)
}

function tableOfBreakEvens({ break_evens }: ChannelShift, words: Words): string {
  const head = ['at-a-time', 'longest'].map((id) => sayWord(words, `say.staffing.column.${id}`))
  const rows = break_evens.map((each) => [
    formatNumber(each.concurrency, words, each.concurrency % 1 ? 1 : 0),
    formatDuration(each.handle_seconds, words),
  ])
  return textTable(head, rows, [true, true])
}
