import type { Command } from 'commander'
import { formatNumber } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { evidenceOf, gatherFindings } from '../insights/gather.ts'
import { findPlaybook, type Playbook, type Recommendation } from '../insights/playbook.ts'
import { readPlaybook } from '../insights/read-playbook.ts'
import { readCheckFindings } from '../metrics/ledger.ts'
import { findReadiness } from '../metrics/readiness.ts'
import { runQuery } from '../metrics/run.ts'
import { readPlaybookRules } from '../project.ts'
import { type OpenModel, openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson } from './output.ts'
import { condition } from './query.ts'

interface ActionsOptions extends CommonOptions {
  where?: string[]
  silent?: boolean
}

export function addActions(insights: Command): void {
  const command = insights
    .command('actions')
    .description('What to do next, each with evidence, effect, effort and how to check it. 0 also where nothing is.')
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .option('--silent', 'list the recommendations that stay silent too, with the reason')
    .addHelpText('after', '\nExample:\n  $ rapport insights actions --files tickets.csv --silent')
    .action(printActions)
}

async function printActions(options: ActionsOptions): Promise<void> {
  const model = await openModel(options)
  try {
    const where = options.where?.map(condition)
    const playbook = await playbookOf(model, where)
    const { context } = model
    if (options.json) printJson({ where, version: context.version.id, as_of: context.version.as_of, ...playbook })
    else print(playbook, context.words, options.silent === true)
  } finally {
    await model.version.close()
  }
}

/** What the playbook says about one published version. */
export async function playbookOf(
  { project, context }: OpenModel,
  where?: ReturnType<typeof condition>[],
): Promise<Playbook> {
  const rules = await readPlaybookRules(project)
  const evidence = await readPlaybook(
    rules,
    { where },
    {
      ...context,
      runQuery: (query) => runQuery(query, context),
      findReadiness: () => findReadiness(context),
      checkResults: () => readCheckFindings(context),
    },
    where ? undefined : evidenceOf(await gatherFindings(context)),
  )
  return findPlaybook(rules, evidence, context.words)
}

function print({ recommendations, silent, order }: Playbook, words: Words, withSilent: boolean): void {
  printData(sayWord(words, 'pages.actions.headline', { count: recommendations.length, silent: silent.length }))
  recommendations.forEach((each, index) => void printOne(each, index + 1, words))
  if (recommendations.length > 0) printData(`\n${order}`)
  if (!withSilent) return
  printData(`\n${coloured('bold', sayWord(words, 'pages.actions.silent', { count: silent.length }), process.stdout)}`)
  for (const each of silent)
    printData(`${each.id}: ${sayWord(words, `pages.actions.silent.${each.because}`)}. ${each.sentence}`)
}

function printOne(each: Recommendation, place: number, words: Words): void {
  const { effect, effort, check, concerned, rank } = each
  printData(`\n${coloured('bold', `${place}. ${each.do}`, process.stdout)}  ${each.id}`)
  const line = (part: string, text: string): void =>
    printData(
      `   ${sayWord(words, 'say.playbook.line', { label: sayWord(words, `pages.actions.part.${part}`), text })}`,
    )
  line('evidence', each.evidence)
  if (concerned.length > 0) line('concerned', concerned.join(', '))
  line('effect', effect.estimable ? effect.text : `${sayWord(words, 'pages.actions.unestimable')} ${effect.text}`)
  line('effort', `${sayWord(words, `pages.actions.effort.${effort.size}`)} ${effort.because}`)
  line('check', check.text)
  line('order', placeText(rank, place, words))
}

export function placeText(rank: Recommendation['rank'], place: number, words: Words): string {
  return sayWord(words, 'pages.actions.place', {
    place,
    impact: formatNumber(rank.impact, words, 2),
    confidence: formatNumber(rank.confidence, words, 2),
    effort: rank.effort,
  })
}
