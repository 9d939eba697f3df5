import { type Command, Option } from 'commander'
import { formatChance, formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { estimateText } from '../insights/driver-labels.ts'
import { type Drivers, findDrivers } from '../insights/drivers.ts'
import { readDriverTests } from '../insights/read-drivers.ts'
import { findSignals, type Signals } from '../insights/signals.ts'
import type { SurveyKind } from '../insights/survey-rows.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

interface DriverOptions extends CommonOptions {
  metric: SurveyKind
}

export function addDrivers(insights: Command): void {
  const metric = () => new Option('--metric <kind>', 'whose scores').choices(['csat', 'nps', 'ces']).default('csat')
  withData(
    insights
      .command('drivers')
      .description('What explains good and bad scores, for whom, and from what delay on. 0 also where nothing does.'),
  )
    .addOption(metric())
    .addHelpText('after', '\nExample:\n  $ rapport insights drivers --metric csat')
    .action(printDrivers)
  withData(
    insights
      .command('signals')
      .description('Which fields and behaviours go with good and bad scores. 0 also where none does.'),
  )
    .addOption(metric())
    .addHelpText('after', '\nExample:\n  $ rapport insights signals --metric nps')
    .action(printSignals)
}

async function printDrivers(options: DriverOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const answer = findDrivers(await readDriverTests(options, context), context.words)
    if (options.json) printJson({ metric: options.metric, version: context.version.id, ...answer })
    else if ('refused' in answer) printData(answer.refused)
    else printAnswer(answer, context.words)
  } finally {
    await version.close()
  }
}

async function printSignals(options: DriverOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const answer = findSignals(await readDriverTests(options, context), context.words)
    if (options.json) printJson({ metric: options.metric, version: context.version.id, ...answer })
    else if ('refused' in answer) printData(answer.refused)
    else printFound(answer, context.words)
  } finally {
    await version.close()
  }
}

/** The sign is for sentences. */
const chance = (p: number, words: Words): string => formatChance(p, words)

function heading(id: string, words: Words): void {
  printData(`\n${coloured('bold', sayWord(words, `drivers.heading.${id}`), process.stdout)}`)
}

const columns = (ids: string[], words: Words): string[] => ids.map((id) => sayWord(words, `drivers.column.${id}`))

/** Only what holds is listed: the rest would be read as a ranking. */
function printAnswer(answer: Drivers, words: Words): void {
  printData([answer.sentence, ...answer.findings.map(({ claim }) => claim), ...answer.limits].join('\n'))
  const drivers = answer.drivers.filter(({ real }) => real)
  if (drivers.length > 0) {
    heading('drivers', words)
    const rows = drivers.map(({ label, contrast, effect, share, n, p }) => [
      label,
      contrast,
      effect ? estimateText(effect, 'score', words) : '–',
      share ? estimateText(share, 'ratio', words) : '–',
      n === null ? '–' : formatNumber(n, words),
      chance(p, words),
    ])
    printData(
      textTable(columns(['driver', 'contrast', 'effect', 'share', 'n', 'p'], words), rows, [
        false,
        false,
        true,
        true,
        true,
        true,
      ]),
    )
  }
  const odds = answer.odds.filter(({ top, bottom }) => top.real || bottom.real)
  if (odds.length > 0) {
    heading('odds', words)
    const rows = odds.map(({ label, contrast, top, bottom, symmetric }) => [
      label,
      contrast,
      estimateText(top.odds, 'number', words),
      estimateText(bottom.odds, 'number', words),
      chance(symmetric.p, words),
    ])
    printData(
      textTable(columns(['driver', 'contrast', 'top', 'bottom', 'sides'], words), rows, [
        false,
        false,
        true,
        true,
        true,
      ]),
    )
  }
  const segments = answer.segments.filter(({ real }) => real)
  if (segments.length > 0) {
    heading('segments', words)
    const rows = segments.flatMap(({ label, effects }) =>
      effects.map((each) => [
        label,
        each.label,
        estimateText(each.effect, 'score', words),
        formatNumber(each.n, words),
      ]),
    )
    printData(textTable(columns(['driver', 'segment', 'effect', 'n'], words), rows, [false, false, true, true]))
  }
  if (answer.priorities.length > 0) {
    heading('priorities', words)
    const rows = answer.priorities.map(({ label, n, effect, weight }) => [
      label,
      formatNumber(n, words),
      estimateText(effect, 'score', words),
      formatNumber(weight, words, 2),
    ])
    printData(textTable(columns(['driver', 'n', 'effect', 'weight'], words), rows, [false, true, true, true]))
  }
}

function printFound({ sentence, signals }: Signals, words: Words): void {
  printData(sentence)
  if (signals.length === 0) return
  const rows = signals.map(({ label, mean, mean_others, effect, n, p }) => [
    label,
    formatNumber(mean, words, 2),
    formatNumber(mean_others, words, 2),
    formatValue((1 + effect.value) / 2, 'ratio', words),
    formatNumber(n, words),
    chance(p, words),
  ])
  printData(
    `\n${textTable(columns(['signal', 'mean', 'others', 'better', 'n', 'p'], words), rows, [false, true, true, true, true, true])}`,
  )
}
