import type { Command } from 'commander'
import { formatChance, formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import type { NoFindings } from '../insights/finding.ts'
import { findSegments, type Segments } from '../insights/segments.ts'
import { bands, findValueFrequency, rhythms, type ValueFrequency } from '../insights/value-frequency.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

/** `rapport insights segments`. */
export function addSegments(insights: Command): void {
  withData(
    insights
      .command('segments')
      .description(
        'Groups of customers who behave and fare alike, if they hold, and how each might be served. 0 either way.',
      ),
  )
    .addHelpText('after', '\nExample:\n  $ rapport insights segments --json')
    .action(printSegments)
}

async function printSegments(options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const answer = await findSegments(context)
    const value = await findValueFrequency(context)
    if (options.json) printJson({ version: context.version.id, ...answer, value })
    else {
      printFound(answer, context.words)
      printValue(value, context.words)
    }
  } finally {
    await version.close()
  }
}

function printFound(answer: Segments | NoFindings, words: Words): void {
  if ('refused' in answer) {
    printData(answer.refused)
    return
  }
  const column = (id: string) => sayWord(words, `say.segments.column.${id}`)
  printData(`${coloured('bold', answer.sentence, process.stdout)}\n${answer.choice}\n`)
  if (answer.segments.length > 0) {
    const rows = answer.segments.map(({ name, customers, share, service }) => [
      name,
      formatNumber(customers, words),
      formatValue(share, 'ratio', words),
      service.advice,
      service.why,
    ])
    const header = ['name', 'customers', 'share', 'service', 'why'].map(column)
    printData(`${textTable(header, rows, [false, true, true, false, false])}\n`)
  }
  const tried = answer.tried.map(({ k, strength, p }) => [
    formatNumber(k, words),
    formatValue(strength, 'ratio', words),
    p === null ? '–' : formatChance(p, words),
  ])
  printData(textTable(['groups', 'strength', 'cloud'].map(column), tried, [true, true, true]))
  printData(`\n${answer.limits.join('\n')}`)
}

function printValue(answer: ValueFrequency | NoFindings, words: Words): void {
  if ('refused' in answer) {
    printData(`\n${answer.refused}`)
    return
  }
  const head = [
    sayWord(words, 'say.segments.column.value'),
    ...rhythms.map((each) => sayWord(words, `say.segments.contacts.${each}`)),
  ]
  const rows = bands.toReversed().map((value) => [
    sayWord(words, `say.segments.value.${value}`),
    ...rhythms.map((contacts) => {
      const cell = answer.cells.find((each) => each.value === value && each.contacts === contacts)
      return cell
        ? `${formatNumber(cell.customers, words)} · ${formatValue(cell.revenue / answer.revenue, 'ratio', words)}`
        : '–'
    }),
  ])
  printData(`\n${answer.sentence}\n\n${textTable(head, rows, [false, true, true, true])}\n\n${answer.foot}`)
}
