import { type Command, InvalidArgumentError } from 'commander'
import { isDay, localDay } from '../calendar.ts'
import { formatDate } from '../config/format.ts'
import { labelOf, say as sayWord, type Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { appendDecision, type Decision, readDecisions, standingDecisions } from '../insights/action-ledger.ts'
import type { MeasuredAction } from '../insights/measure-action.ts'
import type { PlaybookRule, Population } from '../insights/playbook-rule.ts'
import { readActions } from '../insights/read-actions.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { runQuery } from '../metrics/run.ts'
import { type Project, readPlaybookRules, readProjectWords } from '../project.ts'
import { playbookOf } from './insights-actions.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, say, textTable } from './output.ts'
import { readProjectFolder } from './project-folder.ts'

interface DecideOptions extends CommonOptions {
  owner?: string
  from?: string
  note?: string
}

export function addCommand(program: Command): void {
  const command = program
    .command('actions')
    .description(
      'Decide on recommendations, and measure later what came of them. Kept in actions.ndjson of the project.',
    )
    .addHelpText('after', '\nExample:\n  $ rapport actions accept answer-more-cases --owner "Ada" --from 2026-03-01')
  withData(command.command('accept <id>').description('Accept a recommendation. 5: there is no such rule.'))
    .requiredOption('--owner <name>', 'who sees to it')
    .requiredOption('--from <day>', 'first day on which it is done, 2026-03-01', day)
    .option('--note <sentence>', 'for those who read it later')
    .addHelpText('after', '\nExample:\n  $ rapport actions accept take-cases-by-priority --owner Ada --from 2026-03-01')
    .action((id: string, options: DecideOptions) => decide('accepted', id, options))
  withData(command.command('reject <id>').description('Decide against a recommendation. 5: there is no such rule.'))
    .option('--owner <name>', 'who decided')
    .option('--note <sentence>', 'why, for those who read it later')
    .addHelpText('after', '\nExample:\n  $ rapport actions reject try-a-chatbot --note "not before the FAQ"')
    .action((id: string, options: DecideOptions) => decide('rejected', id, options))
  withData(command.command('list').description('What was decided.'))
    .addHelpText('after', '\nExample:\n  $ rapport actions list')
    .action(list)
  withData(command.command('measure').description('What came of accepted recommendations, with placebo dates.'))
    .addHelpText('after', '\nExample:\n  $ rapport actions measure --json')
    .action(measure)
}

function day(text: string): string {
  if (isDay(text)) return text
  throw new InvalidArgumentError('Give a day that exists: 2026-03-01.')
}

interface Ledger {
  project: Project
  directory: string
  rules: PlaybookRule[]
  words: Words
}

async function openLedger(options: CommonOptions): Promise<Ledger> {
  const project = await readProjectFolder(options, 'A decision needs a project to be kept in')
  const [rules, words] = await Promise.all([
    readPlaybookRules(project),
    readProjectWords(project, options.lang ?? project.settings.language),
  ])
  return { project, directory: project.directory, rules, words }
}

async function decide(decided: Decision['decision'], id: string, options: DecideOptions): Promise<void> {
  const { directory, rules, words } = await openLedger(options)
  const rule = rules.find((each) => each.id === id)
  if (!rule)
    throw new RapportError(
      {
        code: 'action-unknown',
        message: `The playbook has no rule "${id}".`,
        where: id,
        fix: didYouMean(
          id,
          rules.map((each) => each.id),
          '"rapport insights actions --silent" lists them all.',
        ),
      },
      5,
    )
  const { owner, from, note } = options
  const recommended = decided === 'accepted' ? await asRecommended(id, options, words) : null
  const decision: Decision = {
    action: id,
    decision: decided,
    ...(owner && { owner }),
    ...(from && { from }),
    ...(note && { note }),
    ...(recommended && recommended.length > 0 && { where: recommended }),
    decided_at: new Date().toISOString(),
  }
  await appendDecision(directory, decision)
  if (options.json) printJson(decision)
  else
    printData(
      sayWord(words, `say.actions.${decided}`, {
        do: labelOf(words, `playbook.${id}.do`, rule.do),
        owner: owner ?? '',
        from: from ? formatDate(from, words) : '',
      }),
    )
}

/** Whom the recommendation is about now; one that the data do not ask for may be accepted, with a word about it. */
async function asRecommended(id: string, options: CommonOptions, words: Words): Promise<Population[] | null> {
  const model = await openModel(options)
  try {
    const { recommendations, silent } = await playbookOf(model)
    const quiet = silent.find((each) => each.id === id)
    if (quiet) say(sayWord(words, 'say.actions.silent', { sentence: quiet.sentence }))
    return recommendations.find((each) => each.id === id)?.check.where ?? null
  } finally {
    await model.version.close()
  }
}

async function list(options: CommonOptions): Promise<void> {
  const { directory, words, project } = await openLedger(options)
  const decisions = standingDecisions(await readDecisions(directory))
  if (options.json) printJson({ decisions })
  else if (decisions.length === 0) printData(sayWord(words, 'say.actions.none'))
  else printData(tableOf(decisions, words, project.settings.zone))
}

function tableOf(decisions: Decision[], words: Words, zone: string): string {
  const header = ['action', 'decision', 'owner', 'from', 'decided', 'note'].map((id) =>
    sayWord(words, `say.actions.column.${id}`),
  )
  const rows = decisions.map((each) => [
    each.action,
    sayWord(words, `say.actions.decision.${each.decision}`),
    each.owner ?? '',
    each.from ?? '',
    localDay(each.decided_at, zone),
    each.note ?? '',
  ])
  return textTable(
    header,
    rows,
    header.map(() => false),
  )
}

async function measure(options: CommonOptions): Promise<void> {
  const { directory, rules, words } = await openLedger(options)
  if ((await readDecisions(directory)).length === 0) {
    if (options.json) printJson({ actions: [] })
    else printData(sayWord(words, 'say.actions.none'))
    return
  }
  const { context, version } = await openModel(options)
  try {
    const actions = await readActions(directory, rules, { ...context, runQuery: (query) => runQuery(query, context) })
    if (options.json) printJson({ version: context.version.id, actions })
    else for (const each of actions) printMeasured(each, context.words)
  } finally {
    await version.close()
  }
}

function printMeasured(each: MeasuredAction, words: Words): void {
  const decided = sayWord(words, `say.actions.decision.${each.decision}`)
  printData(
    `${coloured('bold', each.do, process.stdout)}  ${each.action} · ${decided}${each.owner ? ` · ${each.owner}` : ''}`,
  )
  if (each.effect) printData(`  ${[each.effect.sentence, each.effect.limits ?? ''].filter(Boolean).join(' ')}`)
}
