import { formatValue } from '../config/format.ts'
import type { BuildReport } from '../flow/flow.ts'
import type { MetricContext, VersionFacts } from '../metrics/context.ts'
import type { Frame, MetricCell } from '../metrics/frame.ts'
import { readCheckFindings } from '../metrics/ledger.ts'
import type { Viewer } from '../metrics/query.ts'
import { runQuery } from '../metrics/run.ts'
import { startOf } from '../pages/links.ts'
import type { PageView } from '../pages/view.ts'
import { openVersion, type Project } from '../project.ts'
import type { Doors } from '../surfaces/server/doors.ts'
import { printReport } from './build.ts'
import { doorsOf } from './doors.ts'
import { viewerOf } from './model.ts'
import { contextOf, type Parts } from './opened.ts'
import type { CommonOptions } from './options.ts'
import { printData, printJson, textTable } from './output.ts'

/** What `open` says before the dashboard does: the numbers of the first page. */
const headlines = [
  'cases',
  'reply_rate',
  'resolution_rate',
  'csat_mean',
  'csat_percent',
  'first_reply_time',
  'reply_to_resolution_time',
]

/** The same of files that hold contacts and no case: calls, chats. */
const contactHeadlines = ['touchpoints', 'speed_of_answer', 'chat_acceptance_rate', 'abandonment_rate']

const headlinesOf = ({ counts }: VersionFacts): string[] =>
  (counts.cases ?? 0) === 0 && (counts.touchpoints ?? 0) > 0 ? contactHeadlines : headlines

interface Opened {
  project: Project
  parts: Parts
  report: BuildReport
  options: CommonOptions
  begun: number
  built: number
}

/** What was built, and the numbers of the first page. */
export async function summarise({ project, parts, report, options, begun, built }: Opened): Promise<void> {
  const version = await openVersion(project, { asOf: options.asOf })
  const viewer = viewerOf(project, options)
  const shared = { project, version, pictures: false, ...parts }
  const context = contextOf(shared, viewer)
  if (options.json) {
    const [frame, findings, page] = await Promise.all([
      runQuery({ metrics: headlinesOf(version.facts) }, context),
      readCheckFindings(context),
      firstPage(doorsOf(shared), viewer),
    ])
    const timings = [
      ...report.timings.map((timing) => ({ ...timing, step: `build: ${timing.step}` })),
      { step: 'build, with its process', milliseconds: Math.round(built - begun) },
      { step: 'first page', milliseconds: Math.round(performance.now() - built) },
    ]
    printJson({
      ...report,
      name: project.name,
      as_of: version.facts.as_of,
      headline: page?.headline,
      frame,
      findings,
      timings,
    })
  } else {
    const frame = await runQuery({ metrics: headlinesOf(version.facts) }, context)
    printReport(report, context.words)
    printNumbers(frame, context)
  }
  await version.close()
}

async function firstPage(doors: Doors, viewer: Viewer): Promise<PageView | undefined> {
  const first = startOf(await doors.pages(viewer))
  return first && doors.page(first.id, new URLSearchParams(), viewer)
}

function printNumbers(frame: Frame, context: MetricContext): void {
  const rows = headlinesOf(context.version).map((id) => {
    const cell = frame.rows[0]?.[id] as MetricCell | undefined
    const card = frame.metrics[id]
    const value = cell?.refused ? '–' : formatValue(cell?.value, card?.unit ?? 'number', context.words)
    return [card?.label ?? id, value, cell?.refused ? cell.refused.message : counted(cell, context)]
  })
  printData(`\n${textTable(['', '', ''], rows, [false, true, false]).split('\n').slice(2).join('\n')}\n`)
}

function counted(cell: MetricCell | undefined, context: MetricContext): string {
  return cell?.n === undefined ? '' : `n ${formatValue(cell.n, 'count', context.words)}`
}
