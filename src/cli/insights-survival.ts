import { type Command, InvalidArgumentError } from 'commander'
import { formatChance, formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { findSurvival, type Survival } from '../insights/survival.ts'
import type { Curve } from '../insights/survival-curves.ts'
import { readSurvival } from '../insights/survival-evidence.ts'
import { survivalFindings } from '../insights/survival-findings.ts'
import { type SurvivalKind, survivalKinds } from '../insights/survival-lives.ts'
import { shareText, writtenTime } from '../insights/survival-words.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { condition } from './query.ts'

interface SurvivalOptions extends CommonOptions {
  by?: string
  where?: string[]
}

/** `rapport insights survival`. */
export function addSurvival(insights: Command): void {
  const command = insights
    .command('survival')
    .argument('[about]', 'reply, resolution or customers', kindOf, 'resolution')
    .description('Time to an event with the open ones counted: Kaplan-Meier, or why that cannot be said. 0 either way.')
    .option('--by <dimension>', 'a curve for each of its values, and whether they differ')
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .addHelpText('after', '\nExample:\n  $ rapport insights survival customers --by segment')
    .action(printSurvival)
}

function kindOf(text: string): SurvivalKind {
  const found = survivalKinds.find((each) => each === text)
  if (found) return found
  throw new InvalidArgumentError(`Give ${survivalKinds.join(', ')}.`)
}

async function printSurvival(about: SurvivalKind, options: SurvivalOptions): Promise<void> {
  const { context, version } = await openModel(options)
  const { words } = context
  try {
    const where = options.where?.map(condition)
    const evidence = await readSurvival({ about, by: options.by, where }, context)
    const found = findSurvival(evidence, { by: options.by, words })
    if (options.json) {
      const findings = survivalFindings(evidence, words)
      printJson({ version: context.version.id, ...found, ...(Array.isArray(findings) && { findings }) })
    } else if ('refused' in found) printData(found.refused)
    else printFound(found, words)
  } finally {
    await version.close()
  }
}

function printFound(found: Survival, words: Words): void {
  const { about, whole, curves, tests } = found
  printData(coloured('bold', whole.label, process.stdout))
  printData([found.sentence, ...found.limits.map((each) => `· ${each}`), ''].join('\n'))
  printData(`${tableOfCurves([whole, ...curves], found, words)}\n`)
  printData(`${tableOfTimes([whole, ...curves], found, words)}\n`)
  if (found.compared) printData(`${found.compared}\n`)
  if (about === 'customers' && tests.length > 0) printData(`${tableOfTests(found, words)}\n`)
}

function tableOfCurves(curves: Curve[], { about }: Survival, words: Words): string {
  const column = (id: string) => sayWord(words, `say.survival.column.${id}`)
  const time = (seconds: number | null) => writtenTime(seconds, about, words)
  const customers = about === 'customers'
  const spread = ({ value, low, high }: Curve['median']) =>
    value === null && low === null ? time(null) : `${time(value)} (${time(low)} … ${time(high)})`
  const header = customers
    ? ['group', 'n', 'ended.customers', 'open.customers', 'median.customers']
    : ['group', 'n', `ended.${about}`, `open.${about}`, 'median', 'only', 'p90', 'only90']
  const rows = curves.map((each) => [
    each.label,
    ...[each.n, each.events, each.open].map((count) => formatNumber(count, words)),
    spread(each.median),
    ...(customers ? [] : [time(each.ended_only.median), spread(each.p90), time(each.ended_only.p90)]),
  ])
  return textTable(
    header.map(column),
    rows,
    header.map((_, at) => at > 0),
  )
}

function tableOfTimes(curves: Curve[], { about, ticks }: Survival, words: Words): string {
  const share = sayWord(words, `say.survival.column.share.${about}`)
  const rows = ticks.map((tick, at) => [
    writtenTime(tick, about, words),
    ...curves.map((each) => (each.at[at] ? shareText(each.at[at], words) : '–')),
  ])
  const header = [`${share}, ${sayWord(words, 'say.survival.column.after')}`, ...curves.map(({ label }) => label)]
  return textTable(
    header,
    rows,
    header.map((_, at) => at > 0),
  )
}

function tableOfTests({ tests }: Survival, words: Words): string {
  const header = ['dimension', 'groups', 'n', 'statistic', 'df', 'p', 'q']
  const rows = tests.map((each) => [
    each.label,
    formatNumber(each.groups.length, words),
    formatValue(each.n, 'count', words),
    formatNumber(each.statistic, words, 2),
    formatNumber(each.df, words),
    formatChance(each.p, words),
    formatChance(each.q, words),
  ])
  return textTable(
    header.map((id) => sayWord(words, `say.survival.column.${id}`)),
    rows,
    header.map((_, at) => at > 0),
  )
}
