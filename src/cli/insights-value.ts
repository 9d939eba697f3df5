import type { Command } from 'commander'
import { formatChance, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { findValue, type Value } from '../insights/value.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

/** `rapport insights value`. */
export function addValue(insights: Command): void {
  withData(
    insights
      .command('value')
      .description('What customers bring in and whether they stay, by how they had been served before. 0 either way.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport insights value --json')
    .action(printValue)
}

async function printValue(options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const answer = await findValue(context)
    if (options.json) printJson({ version: context.version.id, ...answer })
    else if ('refused' in answer) printData(answer.refused)
    else printFound(answer, context.words)
  } finally {
    await version.close()
  }
}

function printFound(answer: Value, words: Words): void {
  const column = (id: string) => sayWord(words, `say.value.column.${id}`)
  printData(`${coloured('bold', answer.sentence, process.stdout)}\n`)
  const money = (value: number | null) => formatValue(value, 'money', words)
  const rows = answer.groups.map((group) => [
    sayWord(words, `say.value.level.${group.exposure}.${group.level}`),
    formatNumber(group.customers, words),
    ...(answer.money ? [money(group.before), money(group.after), money(group.change)] : []),
    ...(answer.leaving ? [formatValue(group.left_share.value, 'ratio', words)] : []),
  ])
  const header = [
    'served',
    'customers',
    ...(answer.money ? ['before', 'after', `change.${answer.money}`] : []),
    ...(answer.leaving ? ['left'] : []),
  ].map(column)
  printData(
    `${textTable(
      header,
      rows,
      header.map((_, at) => at > 0),
    )}\n`,
  )
  for (const { exposure, outcome, p, q, real } of answer.tests)
    printData(
      `${sayWord(words, `say.value.who.${exposure}`)}: ${sayWord(words, `say.value.verdict.${outcome}`, { real: real ? 'yes' : 'no', q: formatChance(q, words) })} (p ${formatP(p, words)})`,
    )
  printData(`\n${answer.limits.join('\n')}`)
}
