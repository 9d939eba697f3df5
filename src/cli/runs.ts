import type { Command } from 'commander'
import { formatDate } from '../config/format.ts'
import type { RunSetting } from '../config/runs.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { type Project, readProjectWords } from '../project.ts'
import { openAlerts } from '../watch/alerts.ts'
import { nextDue } from '../watch/due-runs.ts'
import { openRunLedger, type RunLine, readRunLines, readRunStates } from '../watch/run-ledger.ts'
import { lockAlerts } from './alerts-serve.ts'
import { alertsOptions } from './alerts-services.ts'
import { openModel } from './model.ts'
import { type CommonOptions, wholeNumber, withData } from './options.ts'
import { printData, printJson, textTable } from './output.ts'
import { performRun } from './perform-run.ts'
import { readProjectFolder } from './project-folder.ts'

export function addCommand(program: Command): void {
  const command = program
    .command('runs')
    .description('What "rapport serve" does at set times: builds, checks, alerts, reports.')
    .addHelpText('after', '\nExample:\n  $ rapport runs list --project shop')
  withData(command.command('list').description('Every run: when it is due next, and what came of the last one.'))
    .addHelpText('after', '\nExample:\n  $ rapport runs list')
    .action(list)
  withData(command.command('now <run>').description('Do one now, whatever time it is. 5: there is no such run.'))
    .addHelpText('after', '\nExample:\n  $ rapport runs now nightly')
    .action(runNow)
  withData(command.command('history').description('What ran, and what came of it.'))
    .option('--limit <lines>', 'at most so many, the newest', wholeNumber)
    .addHelpText('after', '\nExample:\n  $ rapport runs history --limit 20')
    .action(history)
}

async function openProject(options: CommonOptions): Promise<{ project: Project; words: Words }> {
  const project = await readProjectFolder(options, 'Runs are kept in a project')
  return { project, words: await readProjectWords(project, options.lang ?? project.settings.language) }
}

async function list(options: CommonOptions): Promise<void> {
  const { project, words } = await openProject(options)
  const { runs, zone } = project.settings
  const states = await readRunStates(project.data.watch)
  const shown = runs.map((run) => {
    const next = nextDue(run, Date.now(), zone)
    const last = states.get(run.id)?.last ?? null
    return {
      ...{ run: run.id, do: run.do, when: run.when, zone: run.zone ?? zone },
      next: next === null ? null : new Date(next).toISOString(),
      last: last && { at: new Date(last.at).toISOString(), outcome: last.outcome, says: last.says },
    }
  })
  if (options.json) return printJson({ runs: shown })
  if (shown.length === 0) return printData(sayWord(words, 'runs.none'))
  const moment = (iso: string | undefined | null): string =>
    iso ? formatDate(iso, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }) : '–'
  printData(
    textTable(
      ['run', 'do', 'when', 'next', 'last', 'says'].map((id) => sayWord(words, `runs.column.${id}`)),
      shown.map(({ run, do: what, when, next, last }) => [
        ...[run, sayWord(words, `runs.do.${what}`), when],
        ...[moment(next), moment(last?.at), last?.says ?? ''],
      ]),
      [],
    ),
  )
}

/** One run, by the one process that may write the ledgers of alerts and runs. */
async function runNow(id: string, options: CommonOptions): Promise<void> {
  const { project, words } = await openProject(options)
  const run = runNamed(id, project.settings.runs)
  await (await openModel(options)).version.close()
  const release = await lockAlerts(project)
  const url = 'http://127.0.0.1:4600/'
  const alerts = await openAlerts(await alertsOptions(project, { url, asOf: options.asOf }))
  const ledger = await openRunLedger(project.data.watch)
  const due = Date.now()
  try {
    await ledger.append({ kind: 'begun', run: id, due, at: due })
    const says = await performRun(project, { alerts, url, asOf: options.asOf })(run, due)
    await alerts.deliverNow()
    const ended: RunLine = { kind: 'ended', run: id, due, at: Date.now(), outcome: 'done', says }
    await ledger.append(ended)
    if (options.json) printJson(ended)
    else printData(sayWord(words, 'runs.done', { run: id, says }))
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    await ledger.append({ kind: 'ended', run: id, due, at: Date.now(), outcome: 'failed', says })
    throw error
  } finally {
    await ledger.close()
    await alerts.close()
    await release()
  }
}

function runNamed(id: string, runs: RunSetting[]): RunSetting {
  const run = runs.find((each) => each.id === id)
  if (run) return run
  throw new RapportError(
    {
      code: 'run-unknown',
      message: `There is no run "${id}".`,
      where: id,
      fix:
        runs.length > 0
          ? `Use one of: ${runs.map((each) => each.id).join(', ')}.`
          : 'Write one under runs: of rapport.yaml.',
    },
    5,
  )
}

async function history(options: CommonOptions & { limit?: number }): Promise<void> {
  const { project, words } = await openProject(options)
  const lines: RunLine[] = []
  for await (const line of readRunLines(project.data.watch)) lines.push(line)
  const shown = options.limit === undefined ? lines : lines.slice(-options.limit)
  if (options.json) return printJson({ lines: shown })
  for (const line of shown) {
    const at = formatDate(new Date(line.at).toISOString(), words, {
      ...{ dateStyle: 'medium', timeStyle: 'medium', timeZone: project.settings.zone },
    })
    const says = line.kind === 'ended' ? line.says : ''
    printData(
      `${at}  ${line.run}  ${sayWord(words, `runs.line.${line.kind === 'ended' ? line.outcome : line.kind}`)}  ${says}`.trimEnd(),
    )
  }
}
