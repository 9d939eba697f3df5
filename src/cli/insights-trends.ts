import type { Command } from 'commander'
import { formatChance, formatDate, formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import type { NoFindings } from '../insights/finding.ts'
import { issueFieldIds } from '../insights/issue-fields.ts'
import { findIssueTrends, formatRate, formatTimes, type IssueTrends, sayMarkets } from '../insights/issue-trends.ts'
import { listed } from '../metrics/needs.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

interface TrendOptions extends CommonOptions {
  by?: string[]
}

/** `rapport insights trends`. */
export function addTrends(insights: Command): void {
  withData(
    insights
      .command('trends')
      .description(
        'Reasons, types, subjects and products of cases that rise or fall beyond chance, and where. 0 either way.',
      )
      .option('--by <fields>', `of these fields only: ${issueFieldIds.join(',')}`, (text: string) => text.split(',')),
  )
    .addHelpText('after', '\nExample:\n  $ rapport insights trends --by reason,product')
    .action(printTrends)
}

async function printTrends(options: TrendOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const unknown = options.by?.find((id) => !issueFieldIds.some((each) => each === id))
    if (unknown !== undefined) {
      const fields = listed([...issueFieldIds], context.words)
      const message = sayWord(context.words, 'say.trends.unknown', { field: unknown, fields })
      throw new RapportError([{ code: 'field-unknown', message, where: `--by ${unknown}` }], 2)
    }
    const answer = await findIssueTrends(context, options.by)
    if (options.json) printJson({ version: context.version.id, ...answer })
    else printFound(answer, context.words)
  } finally {
    await version.close()
  }
}

function printFound(answer: IssueTrends | NoFindings, words: Words): void {
  if ('refused' in answer) {
    printData(answer.refused)
    return
  }
  printData(`${coloured('bold', answer.sentence, process.stdout)}\n${answer.basis}\n`)
  if (answer.trends.length > 0) {
    const columns = [
      'issue',
      'field',
      'move',
      'before',
      'after',
      'times',
      'extra',
      'since',
      'markets',
      'satisfaction',
      'q',
    ]
    const rows = answer.trends.map((trend) => [
      trend.label,
      trend.field_label,
      sayWord(words, `say.trends.move.${trend.move}`),
      formatRate(trend.before, answer.base, words),
      formatRate(trend.after, answer.base, words),
      trend.ratio ? formatTimes(trend.ratio, words) : '–',
      formatNumber(trend.extra, words, 1),
      trend.since ? formatDate(trend.since.week, words) : sayWord(words, 'say.trends.since.slow'),
      sayMarkets(trend, words),
      formatValue(trend.satisfaction?.value, 'ratio', words),
      formatChance(trend.q, words),
    ])
    const header = columns.map((id) => sayWord(words, `say.trends.column.${id}`))
    printData(
      `${textTable(
        header,
        rows,
        columns.map((id) => ['before', 'after', 'extra', 'satisfaction', 'q'].includes(id)),
      )}\n`,
    )
  }
  printData(answer.limits.join('\n'))
}
