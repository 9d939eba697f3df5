import type { Command } from 'commander'
import { formatValue } from '../config/format.ts'
import { RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Frame, FrameRow, MetricCell, Period } from '../metrics/frame.ts'
import type { Grain, Query } from '../metrics/query.ts'
import { runQuery } from '../metrics/run.ts'
import { parseCondition } from '../pages/parameters.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, wholeNumber, withData } from './options.ts'
import { coloured, printData, printJson, say, textTable } from './output.ts'

interface QueryOptions extends CommonOptions {
  by?: string[]
  where?: string[]
  grain?: Grain
  from?: string
  to?: string
  compare?: 'previous' | 'year'
  order?: string
  limit?: number
  explain?: boolean
}

export function addCommand(program: Command): void {
  const command = program
    .command('query <metrics...>')
    .description('Ask for numbers: each comes with n, interval, verdict and definition.')
  repeatable(command, '--by <dimension>', 'split by a dimension (repeatable)')
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .option('--grain <grain>', 'one row a day, week, month, quarter or year')
    .option('--from <day>', 'first day, 2026-01-01')
    .option('--to <day>', 'last day, included')
    .option('--compare <with>', 'previous (the period before) or year')
    .option('--order <column>', 'sort by a dimension or metric; -metric for the largest first')
    .option('--limit <rows>', 'at most so many rows', wholeNumber)
    .option('--explain', 'print definition and SQL of each metric')
    .addHelpText('after', '\nExample:\n  $ rapport query csat_mean csat_percent --by channel --files tickets.csv')
    .action(query)
}

async function query(metrics: string[], options: QueryOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const frame = await runQuery(queryOf(metrics, options), context)
    if (options.json) printJson(frame)
    else printFrame(frame, context, options.explain === true)
  } finally {
    await version.close()
  }
}

function queryOf(metrics: string[], options: QueryOptions): Query {
  const order = options.order?.replace(/^-/, '')
  return {
    metrics,
    by: options.by,
    where: options.where?.map(condition),
    grain: options.grain,
    range: options.from || options.to ? { from: options.from, to: options.to } : undefined,
    compare: options.compare,
    order: order ? { by: order, descending: options.order?.startsWith('-') } : undefined,
    limit: options.limit,
  }
}

/** One `--where`; what does not read is refused with the form to write. */
export function condition(text: string) {
  const parsed = parseCondition(text)
  if (parsed) return parsed
  throw new RapportError(
    {
      code: 'condition-unreadable',
      message: `The condition "${text}" does not read.`,
      where: '--where',
      fix: 'Write dimension=value,value or dimension!=value.',
    },
    2,
  )
}

/** A frame for people: a table, then verdicts, refusals and notes. */
export function printFrame(frame: Frame, context: MetricContext, explain: boolean): void {
  const keys = [...(frame.query.grain ? ['period'] : []), ...(frame.query.by ?? [])]
  printData(keys.length === 0 ? listOfMetrics(frame, context) : tableOfGroups(frame, keys, context))
  for (const verdict of frame.verdicts)
    say(`${coloured('cyan', '≈')} ${frame.metrics[verdict.metric]?.label ?? verdict.metric}: ${verdict.sentence}`)
  for (const problem of refusals(frame)) say(`${coloured('yellow', '!')} ${problem}`)
  for (const note of frame.notes) say(`${coloured('dim', '·')} ${note.message}`)
  if (explain) printDefinitions(frame)
}

/** Without a split: one line a metric. */
function listOfMetrics(frame: Frame, context: MetricContext): string {
  const rows = frame.query.metrics.map((id) => [
    frame.metrics[id]?.label ?? id,
    ...textsOf(frame.rows[0], id, frame, context),
  ])
  return textTable(['metric', 'value', '95 %', 'n'], rows, [false, true, true, true])
}

function tableOfGroups(frame: Frame, keys: string[], context: MetricContext): string {
  const { metrics } = frame.query
  const header = [...keys, ...metrics.flatMap((id) => [frame.metrics[id]?.label ?? id, '95 %', 'n'])]
  const rows = frame.rows.map((row) => [
    ...keys.map((key) => keyText(row, key, frame)),
    ...metrics.flatMap((id) => textsOf(row, id, frame, context)),
  ])
  return textTable(header, rows, [...keys.map(() => false), ...metrics.flatMap(() => [true, true, true])])
}

function textsOf(row: FrameRow | undefined, id: string, frame: Frame, context: MetricContext): string[] {
  return cellTexts(row?.[id] as MetricCell | undefined, frame.metrics[id]?.unit ?? 'number', context)
}

function keyText(row: FrameRow, key: string, frame: Frame): string {
  const value = row[key]
  // What has no date is in no period: its row says so.
  if (value === null || value === undefined) return '(not set)'
  if (key === 'period') return `${(value as Period).start}${(value as Period).partial ? ' (partial)' : ''}`
  return frame.labels[key]?.[String(value)] ?? String(value)
}

function cellTexts(
  cell: MetricCell | undefined,
  unit: Parameters<typeof formatValue>[1],
  context: MetricContext,
): string[] {
  if (!cell || cell.refused) return ['refused', '', '']
  const bounds =
    cell.low !== undefined && cell.high !== undefined
      ? `${formatValue(cell.low, unit, context.words)} … ${formatValue(cell.high, unit, context.words)}`
      : ''
  return [formatValue(cell.value, unit, context.words), bounds, formatValue(cell.n ?? null, 'count', context.words)]
}

function refusals(frame: Frame): string[] {
  const cells = frame.rows.flatMap((row) => frame.query.metrics.map((id) => row[id] as MetricCell))
  const refused = cells.flatMap((cell) =>
    cell?.refused ? [`${cell.refused.message} ${cell.refused.fix ?? ''}`.trim()] : [],
  )
  return [...new Set(refused)]
}

function printDefinitions(frame: Frame): void {
  for (const metric of Object.values(frame.metrics)) {
    printData(`\n${metric.label} (${metric.id}), ${metric.defined_at}\n  ${metric.definition}\n\n${metric.sql}`)
  }
}
