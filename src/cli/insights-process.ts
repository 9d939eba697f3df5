import type { Command } from 'commander'
import { formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { findProcess, type ProcessMap } from '../insights/process.ts'
import { readProcess } from '../insights/read-process.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { condition } from './query.ts'

interface ProcessOptions extends CommonOptions {
  where?: string[]
  from?: string
  to?: string
}

export function addProcess(insights: Command): void {
  const command = insights
    .command('process')
    .description('How cases went: steps, what follows what, waits, sequences. 0 also where nothing is known.')
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .option('--from <day>', 'cases that began on this day or later, 2026-01-01')
    .option('--to <day>', 'cases that began on this day or before')
    .addHelpText('after', '\nExample:\n  $ rapport insights process --files events.csv --where priority=high')
    .action(printProcess)
}

async function printProcess(options: ProcessOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const { from, to } = options
    const where = options.where?.map(condition)
    const range = from || to ? { ...(from && { from }), ...(to && { to }) } : undefined
    const evidence = await readProcess({ where, range }, context)
    const answer = findProcess(evidence, context.words)
    if (options.json) printJson({ where, range, version: context.version.id, ...answer })
    else if ('refused' in answer) printData(answer.refused)
    else printMap(answer, context.words)
  } finally {
    await version.close()
  }
}

/** Rows of each table that are printed. */
const most = 20

function printMap(map: ProcessMap, words: Words): void {
  printData([map.sentence, ...map.findings].join('\n'))
  const column = (id: string): string => sayWord(words, `say.process.column.${id}`)
  const number = (value: number): string => formatNumber(value, words)
  const time = (value: number | null): string => formatValue(value, 'seconds', words)
  const steps = map.steps.map((each) => [
    each.label,
    ...[each.count, each.cases, each.starts, each.ends, each.repeated].map(number),
  ])
  const edges = map.edges.map((each) => [
    each.from_label,
    each.to_label,
    number(each.count),
    ...[each.median, each.p90, each.total].map(time),
  ])
  const variants = map.variants.map((each) => [
    number(each.cases),
    formatValue(each.share, 'ratio', words),
    each.labels.join(' → '),
  ])
  const tables: [string, string[], string[][], boolean[], number][] = [
    [
      'steps',
      ['step', 'count', 'cases', 'starts', 'ends', 'repeated'],
      steps,
      [false, true, true, true, true, true],
      steps.length,
    ],
    [
      'edges',
      ['from', 'to', 'count', 'median', 'p90', 'total'],
      edges,
      [false, false, true, true, true, true],
      edges.length,
    ],
    ['variants', ['cases', 'share', 'path'], variants, [true, true, false], map.variant_count],
  ]
  for (const [id, columns, rows, numeric, all] of tables) {
    printData(`\n${coloured('bold', sayWord(words, `say.process.heading.${id}`), process.stdout)}`)
    printData(textTable(columns.map(column), rows.slice(0, most), numeric))
    const shown = Math.min(most, rows.length)
    if (all > shown) printData(sayWord(words, 'say.process.more', { shown, all }))
  }
}
