import type { Command } from 'commander'
import { RapportError } from '../errors.ts'
import { caseAttributes } from '../insights/logged-attributes.ts'
import { countUndated, readLog } from '../insights/process-log.ts'
import { hasEvents, type ProcessScope } from '../insights/read-process.ts'
import type { MetricContext } from '../metrics/context.ts'
import { type OcelTally, ocelOf } from '../surfaces/export/ocel.ts'
import { type XesTally, xesOf } from '../surfaces/export/xes.ts'
import { fileOf, writeWhole } from './export-file.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { printJson, say } from './output.ts'
import { condition } from './query.ts'

interface ExportOptions extends CommonOptions {
  where?: string[]
  from?: string
  to?: string
}

/** `rapport export xes` and `rapport export ocel`. */
export function addLogs(command: Command): void {
  const xes = command
    .command('xes <out>')
    .description(
      'Events as a log in XES for process mining: a file (.xes, .xes.gz) or a folder. Personal data is masked.',
    )
  addLog(xes, 'log.xes.gz').action((out, options) => exportLog(out, 'events.xes', options, writeXes))
  const ocel = command
    .command('ocel <out>')
    .description(
      'Events with their cases, actors and teams as an object-centric log (OCEL 2.0, JSON): a file (.json, .json.gz) or a folder. Personal data is masked.',
    )
  addLog(ocel, 'log.json.gz').action((out, options) => exportLog(out, 'events.json', options, writeOcel))
}

function addLog(command: Command, example: string): Command {
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  return withData(command)
    .option('--from <day>', 'cases that began on this day or later, 2026-01-01')
    .option('--to <day>', 'cases that began on this day or before')
    .addHelpText(
      'after',
      `\nExample:\n  $ rapport export ${command.name()} ${example} --files events.csv --where priority=high`,
    )
}

/** Writes one kind of log and says how much is in it. */
type LogWriter = (path: string, scope: ProcessScope, context: MetricContext) => Promise<XesTally & Partial<OcelTally>>

const writeXes: LogWriter = async (path, scope, context) => {
  const tally = { cases: 0, events: 0 }
  await writeWhole(path, xesOf(readLog(scope, context), tally))
  return tally
}

const writeOcel: LogWriter = async (path, scope, context) => {
  const tally = { cases: 0, events: 0, objects: 0 }
  const source = { read: () => readLog(scope, context), attributes: caseAttributes(context.version.present) }
  await writeWhole(path, ocelOf(source, tally))
  return tally
}

async function exportLog(out: string, named: string, options: ExportOptions, write: LogWriter): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    if (!hasEvents(context)) throw noEvents()
    const { from, to } = options
    const scope = {
      where: options.where?.map(condition),
      range: from || to ? { ...(from && { from }), ...(to && { to }) } : undefined,
    }
    const path = await fileOf(out, named)
    const tally = await write(path, scope, context)
    const undated = await countUndated(scope, context)
    if (options.json) printJson({ path, ...tally, undated, version: context.version.id })
    else {
      say(`${path}: ${tally.cases} cases with ${tally.events} events.`)
      if (undated > 0) say(`${undated} events without a moment have no place in a log, and were left out.`)
    }
  } finally {
    await version.close()
  }
}

function noEvents(): RapportError {
  return new RapportError(
    {
      code: 'no-events',
      message: 'There are no events of cases with a moment here, so there is no log to write.',
      where: 'case_events.at',
      fix: 'Add a source that has them: an event log, or the history of cases that a help desk exports.',
    },
    5,
  )
}
