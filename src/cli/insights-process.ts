import type { Command } from 'commander'
import { formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { findProcess, type ProcessMap, pathText } from '../insights/process.ts'
import { readProcess } from '../insights/read-process.ts'
import { printConformance } from './conformance.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { condition } from './query.ts'

interface ProcessOptions extends CommonOptions {
  where?: string[]
  from?: string
  to?: string
  against?: string
}

export function addProcess(insights: Command): void {
  const command = insights
    .command('process')
    .description('How cases went: steps, what follows what, waits, sequences. 0 also where nothing is known.')
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .option('--from <day>', 'cases that began on this day or later, 2026-01-01')
    .option('--to <day>', 'cases that began on this day or before')
    .option('--against <process>', 'a process that cases should follow: its file, or its id in catalog/processes/')
    .addHelpText('after', '\nExample:\n  $ rapport insights process --files events.csv --where priority=high')
    .action(printProcess)
}

async function printProcess(options: ProcessOptions): Promise<void> {
  const model = await openModel(options)
  const { context, version } = model
  try {
    const { from, to } = options
    const where = options.where?.map(condition)
    const range = from || to ? { ...(from && { from }), ...(to && { to }) } : undefined
    if (options.against !== undefined) return await printConformance(options.against, { where, range }, model, options)
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
  printData([map.sentence, ...map.findings.map(({ sentence }) => sentence)].join('\n'))
  if (map.questions.length > 0) {
    printData(`\n${coloured('bold', sayWord(words, 'say.process.heading.questions'), process.stdout)}`)
    printData(map.questions.map((question) => `- ${question}`).join('\n'))
  }
  for (const { id, columns, named, rows, all } of tablesOf(map, words)) {
    printData(`\n${coloured('bold', sayWord(words, `say.process.heading.${id}`), process.stdout)}`)
    const names = columns.map((column) => sayWord(words, `say.process.column.${column}`))
    printData(
      textTable(
        names,
        rows.slice(0, most),
        columns.map((column) => !named.includes(column)),
      ),
    )
    const shown = Math.min(most, rows.length)
    if (all > shown) printData(sayWord(words, 'say.process.more', { shown, all }))
  }
}

interface Printed {
  id: 'steps' | 'edges' | 'variants'
  columns: string[]
  /** Columns of words; the others are numbers. */
  named: string[]
  rows: string[][]
  /** Rows that there are, the ones that were not read among them. */
  all: number
}

/** Of an inferred map no waits are known, nor what came twice. */
function tablesOf(map: ProcessMap, words: Words): Printed[] {
  const number = (value: number): string => formatNumber(value, words)
  const time = (value: number | null): string => formatValue(value, 'seconds', words)
  const { inferred, steps, edges, variants } = map
  return [
    {
      id: 'steps',
      columns: inferred ? ['step', 'count', 'stands'] : ['step', 'count', 'cases', 'starts', 'ends', 'repeated'],
      named: ['step'],
      rows: steps.map(({ label, count, cases, starts, ends, repeated }) => [
        label,
        ...(inferred ? [count, ends] : [count, cases, starts, ends, repeated]).map(number),
      ]),
      all: steps.length,
    },
    {
      id: 'edges',
      columns: ['from', 'to', 'count', ...(inferred ? [] : ['median', 'p90', 'total'])],
      named: ['from', 'to'],
      rows: edges.map(({ from_label, to_label, count, median, p90, total }) => [
        from_label,
        to_label,
        number(count),
        ...(inferred ? [] : [median, p90, total].map(time)),
      ]),
      all: edges.length,
    },
    {
      id: 'variants',
      columns: ['cases', 'share', 'path'],
      named: ['path'],
      rows: variants.map(({ cases, share, labels }) => [
        number(cases),
        formatValue(share, 'ratio', words),
        pathText(labels),
      ]),
      all: map.variant_count,
    },
  ]
}
