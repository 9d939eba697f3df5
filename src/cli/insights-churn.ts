import { type Command, InvalidArgumentError } from 'commander'
import { formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { qText } from '../insights/change-words.ts'
import { type Churn, churnFindings, findChurn } from '../insights/churn.ts'
import { saidCalibration } from '../insights/churn-words.ts'
import { openModel } from './model.ts'
import { type CommonOptions, wholeNumber, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

interface ChurnOptions extends CommonOptions {
  horizon?: number
  customers: number
}

/** `rapport insights churn`. */
export function addChurn(insights: Command): void {
  const command = insights
    .command('churn')
    .description('Who is likely to leave, how well that is known, and why; or why it cannot be said. 0 either way.')
    .option('--horizon <days>', 'days ahead (default: 90, less where the data span less)', horizon)
    .option('--customers <number>', 'how many are listed, the highest risk first', listed, 20)
  withData(command)
    .addHelpText('after', '\nExample:\n  $ rapport insights churn --horizon 60 --customers 50')
    .action(printChurn)
}

function horizon(text: string): number {
  const days = wholeNumber(text)
  if (days < 7 || days > 730) throw new InvalidArgumentError('Give 7 to 730 days.')
  return days
}

function listed(text: string): number {
  const count = wholeNumber(text)
  if (count > 1000) throw new InvalidArgumentError('Give 0 to 1000 customers.')
  return count
}

async function printChurn(options: ChurnOptions): Promise<void> {
  const { context, version } = await openModel(options)
  const { words } = context
  try {
    const found = await findChurn({ horizon: options.horizon, customers: options.customers }, context)
    if (options.json) {
      printJson({ version: context.version.id, ...found, findings: churnFindings(found, words) })
      return
    }
    if ('refused' in found) printData(found.refused)
    else printRisks(found, words)
  } finally {
    await version.close()
  }
}

function printRisks(found: Churn, words: Words): void {
  const head = (id: string) => sayWord(words, `say.churn.column.${id}`)
  const bold = (text: string) => coloured('bold', text, process.stdout)
  const ratio = (value: number) => formatValue(value, 'ratio', words)
  printData(`${found.sentence}\n${saidCalibration(found.validation, words)}\n${found.worth_sentence}\n`)
  const worth = found.worth ? [head(`worth_${found.worth.of}`)] : []
  const money = (value: number | null) => formatValue(value, 'money', words)
  printData(
    textTable(
      [head('customer'), head('risk'), ...worth, head('reasons')],
      found.list.map((each) => [
        each.name,
        ratio(each.risk),
        ...(found.worth ? [money(each.worth)] : []),
        each.reasons.map(({ text }) => text).join('; '),
      ]),
      [false, true, ...worth.map(() => true), false],
    ),
  )
  printData(`\n${bold(sayWord(words, 'pages.churn.drivers.title'))}`)
  const number = (value: number) => formatNumber(value, words, 2)
  printData(
    textTable(
      ['feature', 'step', 'odds', 'interval', 'q', 'real'].map(head),
      found.drivers.map((each) => [
        each.label,
        each.step,
        number(each.odds.value),
        `${number(each.odds.low)} … ${number(each.odds.high)}`,
        qText(each.q, words),
        sayWord(words, `say.churn.${each.real ? 'yes' : 'no'}`),
      ]),
      [false, false, true, true, true, false],
    ),
  )
  printData(`\n${bold(sayWord(words, 'pages.churn.calibration.title'))}`)
  printData(
    textTable(
      ['stated', 'observed', 'low', 'high', 'n', 'outcomes'].map(head),
      found.validation.bins.map((each) => [
        ...[each.stated, each.value, each.low, each.high].map(ratio),
        formatNumber(each.n, words),
        formatNumber(each.outcomes, words),
      ]),
      [true, true, true, true, true, true],
    ),
  )
  for (const group of found.groups) {
    printData(
      `\n${textTable(
        [group.label, head('n'), head('expected'), head('share'), ...(found.worth ? [head('worth_at_risk')] : [])],
        group.rows.map((row) => [
          row.label,
          formatNumber(row.customers, words),
          formatNumber(row.expected, words, 1),
          ratio(row.share),
          ...(found.worth ? [money(row.worth_at_risk)] : []),
        ]),
        [false, true, true, true, true],
      )}`,
    )
  }
  printData(`\n${found.limits.map((each) => `· ${each}`).join('\n')}\n`)
}
