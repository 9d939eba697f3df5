import type { Command } from 'commander'
import { formatChance, formatValue } from '../config/format.ts'
import { say as sayWord } from '../config/words.ts'
import { type Anomalies, findAnomalies, type NoAnomalies } from '../insights/anomalies.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { MetricCard } from '../metrics/frame.ts'
import type { Grain } from '../metrics/query.ts'
import { runQuery } from '../metrics/run.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { condition } from './query.ts'

interface AnomalyOptions extends CommonOptions {
  where?: string[]
  grain: Grain
}

export function addAnomalies(insights: Command): void {
  const command = insights
    .command('anomalies <metric>')
    .description('Periods that do not go with those before them, at a stated rate of false alarms. 0 either way.')
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .option('--grain <grain>', 'day, week, month, quarter or year', 'day')
    .addHelpText('after', '\nExample:\n  $ rapport insights anomalies touchpoints --where channel=call --grain day')
    .action(printAnomalies)
}

async function printAnomalies(metric: string, options: AnomalyOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const query = { metrics: [metric], where: options.where?.map(condition), grain: options.grain }
    const frame = await runQuery(query, context)
    const answer = findAnomalies({ frame, metric, words: context.words })
    if (options.json) printJson({ query, version: frame.version, ...answer })
    else printFound(answer, frame.metrics[metric]!, context)
  } finally {
    await version.close()
  }
}

function printFound(answer: Anomalies | NoAnomalies, card: MetricCard, { words }: MetricContext): void {
  printData(coloured('bold', card.label, process.stdout))
  printData('refused' in answer ? answer.refused : answer.sentence)
  if ('refused' in answer || answer.found.length === 0) return
  const column = (id: string) => sayWord(words, `say.anomalies.column.${id}`)
  const text = (value: number) => formatValue(value, card.unit, words)
  const rows = answer.found.map(({ start, value, expected, low, high, p }) => [
    start,
    text(value),
    text(expected),
    `${text(low)} … ${text(high)}`,
    formatChance(p, words),
  ])
  const header = ['period', 'value', 'expected', 'usual', 'p'].map(column)
  printData(`\n${textTable(header, rows, [false, true, true, true, true])}`)
}
