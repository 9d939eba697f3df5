import type { Command } from 'commander'
import { type Days, daysAYearBefore, daysBefore, isDay } from '../calendar.ts'
import { formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { type Change, type ChangeSplit, findChange, isRate, type TwoPeriods } from '../insights/change.ts'
import { changeKindOf, readChange } from '../insights/change-frames.ts'
import { changeText, periodText, qText, sayChange, sayNoChange } from '../insights/change-words.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Metric } from '../metrics/metric.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { dimensionLabel, listed, metricLabel } from '../metrics/needs.ts'
import { runQuery } from '../metrics/run.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { condition } from './query.ts'

interface ChangeOptions extends CommonOptions {
  by?: string[]
  where?: string[]
  from: string
  to: string
  against: string
}

export function addChange(insights: Command): void {
  const command = insights
    .command('change <metric>')
    .description('Why a number moved between two periods: volume, mix and own values, which add up. 0 either way.')
  repeatable(
    command,
    '--by <dimension>',
    'explain by this dimension alone (repeatable; default: all, the most telling first)',
  )
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .requiredOption('--from <day>', 'first day, 2026-01-01')
    .requiredOption('--to <day>', 'last day, included')
    .option('--against <period>', 'previous (the period before), year, or FROM..TO', 'previous')
    .addHelpText(
      'after',
      '\nExample:\n  $ rapport insights change csat_mean --from 2026-02-01 --to 2026-02-28 --against 2025-12-01..2025-12-31',
    )
    .action(printChange)
}

async function printChange(id: string, options: ChangeOptions): Promise<void> {
  const days = periodsOf(options)
  const { context, version } = await openModel(options)
  try {
    const metric = metricOf(id, context)
    const kind = changeKindOf(metric)
    if (!kind) throw notParted(metric, context)
    const labelOf = (dimension: string) => {
      const found = context.catalogue.dimensions.get(dimension)
      return found ? dimensionLabel(found, context.words) : dimension
    }
    const question = { metric, days, by: options.by, where: options.where?.map(condition), as_of: options.asOf }
    const services = {
      ...context,
      labelOf,
      runQuery: (query: Parameters<typeof runQuery>[0]) => runQuery(query, context),
    }
    const change = findChange(await readChange(question, kind, services))
    if ('lacks' in change) {
      const refused = sayNoChange(change, context.words)
      if (options.json) printJson({ metric: id, days, version: context.version.id, refused })
      else printData(refused)
    } else if (options.json)
      printJson({ ...change, version: context.version.id, sentences: sayChange(change, context.words) })
    else printParts(change, context)
  } finally {
    await version.close()
  }
}

function periodsOf({ from, to, against }: ChangeOptions): TwoPeriods<Days> {
  const after = daysOf(`${from}..${to}`, '--from, --to')
  if (against === 'previous') return { before: daysBefore(after), after }
  if (against === 'year') return { before: daysAYearBefore(after), after }
  const before = daysOf(against, '--against')
  if (before.to >= after.from && after.to >= before.from)
    throw unreadable('--against', `The periods ${before.from}..${before.to} and ${after.from}..${after.to} overlap.`)
  return { before, after }
}

function daysOf(text: string, where: string): Days {
  const [from = '', to = '', more] = text.split('..')
  if (more !== undefined || !isDay(from) || !isDay(to)) throw unreadable(where, `"${text}" is no period.`)
  if (from > to) throw unreadable(where, `The period ${text} ends before it begins.`)
  return { from, to }
}

function unreadable(where: string, message: string): RapportError {
  const fix =
    'Write days as 2026-01-31, and --against as previous, year or 2026-01-01..2026-01-31, apart from the period itself.'
  return new RapportError({ code: 'period-unreadable', message, where, fix }, 2)
}

function metricOf(id: string, { catalogue }: MetricContext): Metric {
  const metric = catalogue.metrics.get(id)
  if (metric) return metric
  throw new RapportError(
    {
      code: 'metric-unknown',
      message: `There is no metric ${id}.`,
      where: id,
      fix: didYouMean(id, catalogue.metrics.keys(), 'Name a metric of catalog/metrics.'),
    },
    2,
  )
}

function notParted(metric: Metric, { words, catalogue }: MetricContext): RapportError {
  return new RapportError(
    {
      code: 'change-not-parted',
      message: sayWord(words, 'say.change.kind', { metric: metricLabel(metric, words, catalogue) }),
      where: metric.id,
      fix: sayWord(words, 'say.change.kind.fix'),
    },
    2,
  )
}

function printParts(change: Change, context: MetricContext): void {
  const { words } = context
  printData(
    coloured(
      'bold',
      `${change.card.label} · ${periodText(change.days.before, words)} → ${periodText(change.days.after, words)}`,
      process.stdout,
    ),
  )
  for (const sentence of sayChange(change, words)) printData(sentence)
  const best = change.splits[0]
  if (best) printData(`\n${tableOfGroups(best, change, context)}`)
  if (change.splits.length > 1) printData(`\n${tableOfDimensions(change, context)}`)
  if (change.left.length > 0)
    printData(`\n${sayWord(words, 'say.change.left', { dimensions: listed(change.left, words) })}`)
}

const mostRows = 12

function tableOfGroups(split: ChangeSplit, { card, kind }: Change, { words }: MetricContext): string {
  const column = (id: string) => sayWord(words, `say.change.column.${id}`)
  const text = (value: number) => changeText(value, card.unit, words)
  const rate = isRate(kind)
  const rows = split.groups
    .slice(0, mostRows)
    .map(({ group, label, before, after, effects, interval, q }) => [
      group === null ? sayWord(words, 'say.change.group.none') : label,
      formatNumber(before.n, words),
      formatNumber(after.n, words),
      formatValue(before.value, card.unit, words),
      formatValue(after.value, card.unit, words),
      ...(rate ? [] : [text(effects.days + effects.volume)]),
      text(effects.mix),
      ...(kind === 'count' ? [] : [text(effects.rate)]),
      ...(rate ? [interval ? `${text(interval.low)} … ${text(interval.high)}` : '', qText(q, words)] : []),
      text(effects.days + effects.volume + effects.mix + effects.rate),
    ])
  const header = [
    split.label,
    ...['n-before', 'n-after', 'before', 'after'].map(column),
    ...(rate ? [] : [column('volume')]),
    column('mix'),
    ...(kind === 'count' ? [] : [column('rate')]),
    ...(rate ? [column('interval'), column('q')] : []),
    column('change'),
  ]
  return textTable(
    header,
    rows,
    header.map((_, at) => at > 0),
  )
}

function tableOfDimensions({ splits, card, kind }: Change, { words }: MetricContext): string {
  const column = (id: string) => sayWord(words, `say.change.column.${id}`)
  const text = (value: number) => changeText(value, card.unit, words)
  const rows = splits
    .slice(0, mostRows)
    .map(({ label, effects, explains, mix, uneven }) => [
      label,
      ...(kind === 'count' ? [] : [text(effects.mix), text(effects.rate)]),
      text(explains).slice(1),
      qText(mix.q, words),
      ...(isRate(kind) ? [qText(uneven.q, words)] : []),
    ])
  const header = [
    column('dimension'),
    ...(kind === 'count' ? [] : [column('mix'), column('rate')]),
    column('explains'),
    column('q-mix'),
    ...(isRate(kind) ? [column('q-uneven')] : []),
  ]
  return textTable(
    header,
    rows,
    header.map((_, at) => at > 0),
  )
}
