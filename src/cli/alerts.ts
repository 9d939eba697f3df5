import type { Command } from 'commander'
import { formatDate } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import type { AlertShown, AlertsShown } from '../pages/alert-status.ts'
import { readAlerts } from '../project.ts'
import { openAlerts } from '../watch/alerts.ts'
import { type LedgerLine, readHistory, readWatched } from '../watch/ledger.ts'
import { showAlerts } from '../watch/shown.ts'
import { lockAlerts } from './alerts-serve.ts'
import { alertsOptions, watchServices } from './alerts-services.ts'
import { openModel } from './model.ts'
import { type CommonOptions, wholeNumber, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'
import { readProjectFolder } from './project-folder.ts'

export function addCommand(program: Command): void {
  const command = program
    .command('alerts')
    .description('What is watched, and who is told. "rapport serve" evaluates all the time, "run" once, for cron.')
    .addHelpText('after', '\nExample:\n  $ rapport alerts run --project shop')
  withData(command.command('list').description('Every rule with its state. 4: something fires.'))
    .addHelpText('after', '\nExample:\n  $ rapport alerts list')
    .action(list)
  withData(
    command
      .command('run')
      .description('One evaluation of the newest version, and what is due is sent. 4: something fires.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport alerts run --json')
    .action(run)
  withData(
    command
      .command('test <receiver>')
      .description('Send a test message. 1: it was not taken; 5: there is no such receiver.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport alerts test team-chat')
    .action(test)
  withData(
    command.command('history').description('What began, was told and was over, and what became of the messages.'),
  )
    .option('--limit <lines>', 'at most so many, the newest', wholeNumber)
    .addHelpText('after', '\nExample:\n  $ rapport alerts history --limit 20')
    .action(history)
}

const openProject = (options: CommonOptions) => readProjectFolder(options, 'Alerts are kept in a project')

async function shownOf(options: CommonOptions): Promise<{ shown: AlertsShown; words: Words }> {
  const project = await openProject(options)
  const { context, version } = await openModel(options)
  try {
    const rules = await readAlerts(project, context.catalogue)
    const services = watchServices(project, context, Date.now())
    return { shown: showAlerts(rules, await readWatched(project.data.watch), services), words: context.words }
  } finally {
    await version.close()
  }
}

async function list(options: CommonOptions): Promise<void> {
  const { shown, words } = await shownOf(options)
  if (options.json) printJson(shown)
  else printAlerts(shown, words)
  endAs(shown)
}

async function run(options: CommonOptions): Promise<void> {
  const project = await openProject(options)
  // What was never built is built first, as by every other command that reads data.
  await (await openModel(options)).version.close()
  const release = await lockAlerts(project)
  try {
    const alerts = await openAlerts(await alertsOptions(project, { url: 'http://127.0.0.1:4600/', asOf: options.asOf }))
    try {
      await alerts.evaluateNow()
      await alerts.deliverNow()
    } finally {
      await alerts.close()
    }
  } finally {
    await release()
  }
  await list(options)
}

async function test(receiver: string, options: CommonOptions): Promise<void> {
  const project = await openProject(options)
  const release = await lockAlerts(project)
  const handed = await alertsOptions(project, { url: 'http://127.0.0.1:4600/' })
  const alerts = await openAlerts(handed)
  try {
    const answer = await alerts.test(receiver)
    const says = answer.ok ? '' : answer.says
    if (options.json) printJson({ receiver, ...answer })
    else printData(sayWord(handed.words, answer.ok ? 'alerts.sent' : 'alerts.not-sent', { receiver, says }))
    if (!answer.ok) process.exitCode = 1
  } finally {
    await alerts.close()
    await release()
  }
}

async function history(options: CommonOptions & { limit?: number }): Promise<void> {
  const project = await openProject(options)
  const lines: LedgerLine[] = []
  for await (const line of readHistory(project.data.watch)) lines.push(line)
  const shown = options.limit === undefined ? lines : lines.slice(-options.limit)
  if (options.json) return printJson({ lines: shown })
  const handed = await alertsOptions(project, { url: '' })
  const { words } = handed
  const texts = shown.flatMap((line) => textsOf(line, words).map((text) => `${line.at}  ${text}`))
  printData(texts.length > 0 ? texts.join('\n') : sayWord(words, 'alerts.never'))
}

function textsOf(line: LedgerLine, words: Words): string[] {
  switch (line.kind) {
    case 'evaluated':
      return line.events.map(({ key, event }) => `${key}  ${sayWord(words, `alerts.event.${event}`)}`)
    case 'tried':
      return [`${line.id}  ${sayWord(words, `alerts.outcome.${line.outcome}`)}  ${line.says}`.trimEnd()]
    case 'queued':
      return line.queued.map(({ receiver, title }) => `${receiver}  ${title}`)
    case 'gathered':
      return [`${line.into.receiver}  ${line.into.title}`]
    case 'receiver':
      return [`${line.receiver}  ${line.says}`.trimEnd()]
  }
}

function printAlerts({ alerts, evaluated }: AlertsShown, words: Words): void {
  if (alerts.length === 0) {
    printData(sayWord(words, 'alerts.none'))
    return
  }
  const header = ['alert', 'status', 'since', 'value', 'limit', 'n', 'receivers'].map((id) =>
    sayWord(words, `alerts.column.${id}`),
  )
  const rows = alerts.map((each) => [
    sayWord(words, 'alerts.title.fired', { title: each.title, segment: each.segment ?? 'none' }),
    marked(each, words),
    each.since ? when(each.since, words) : '',
    each.value,
    each.limit,
    each.n === null ? '' : String(each.n),
    each.receivers.join(', '),
  ])
  printData(textTable(header, rows, [false, false, false, true, true, true, false]))
  printData(
    evaluated ? sayWord(words, 'alerts.evaluated', { at: when(evaluated, words) }) : sayWord(words, 'alerts.never'),
  )
}

function marked({ status }: AlertShown, words: Words): string {
  const text = sayWord(words, `alerts.status.${status}`)
  return status === 'firing' ? coloured('red', text, process.stdout) : text
}

function when(instant: string, words: Words): string {
  return formatDate(instant, words, { dateStyle: 'medium', timeStyle: 'short' })
}

function endAs({ alerts }: AlertsShown): void {
  if (alerts.some(({ status }) => status === 'firing')) process.exitCode = 4
}
