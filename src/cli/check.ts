import type { Command } from 'commander'
import { formatDate, formatNumber } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { type CheckTrend, readChecked, trendOf } from '../flow/check/history.ts'
import { checksLog } from '../flow/publish/publish.ts'
import { type CheckFinding, type Quality, readCheckFindings, readCheckResults, readQuality } from '../metrics/ledger.ts'
import { shownScore } from '../metrics/quality-score.ts'
import { checkFigures } from './check-figures.ts'
import { suggestChecks } from './check-suggest.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson } from './output.ts'

export function addCommand(program: Command): void {
  withData(
    program.command('check').description('Data quality and impossible numbers. Exit code 3 when an error was found.'),
  )
    .option('--figures <file...>', 'CSV or JSON tables of published figures instead: what in them cannot be')
    .option('--suggest', 'print checks that these data pass, as YAML for catalog/checks/ of the project')
    .addHelpText(
      'after',
      '\nExamples:\n  $ rapport check --files tickets.csv\n  $ rapport check --suggest > catalog/checks/suggested.yaml\n  $ rapport check --figures slides.csv   columns metric, group, value, unit\n  $ rapport check --figures chart.csv table.csv   one group a row, one metric a column',
    )
    .action(check)
}

interface CheckOptions extends CommonOptions {
  figures?: string[]
  suggest?: boolean
}

const marks = { error: ['red', '✗'], warning: ['yellow', '!'], note: ['dim', '·'] } as const

async function check(options: CheckOptions): Promise<void> {
  if (options.figures) return checkFigures(options.figures, options)
  const opened = await openModel(options)
  const { project, context, version } = opened
  try {
    if (options.suggest) return await suggestChecks(opened, options)
    const history = project.directory === null ? [] : await readChecked(checksLog(project.data), context.version.id)
    const [found, quality] = await Promise.all([readCheckFindings(context), readQuality(context)])
    const findings = found.map((finding) => ({ ...finding, trend: trendOf(finding, history) }))
    if (options.json)
      printJson({ version: context.version.id, quality, findings, results: await readCheckResults(context) })
    else printFindings(findings, quality, context.words)
    if (findings.some((finding) => finding.severity === 'error')) process.exitCode = 3
  } finally {
    await version.close()
  }
}

type Finding = CheckFinding & { trend: CheckTrend | null }

function printFindings(findings: Finding[], quality: Quality, words: Words): void {
  const score = (value: number): string => formatNumber(shownScore(value), words, 1)
  if (quality.whole) {
    const parts = quality.sources.map(({ source, quality: own }) => `${source} ${score(own.score)}`)
    const sources = parts.length > 1 ? ` (${parts.join(', ')})` : ''
    printData(
      `${say(words, 'pages.kind.quality')}: ${score(quality.whole.score)} ${say(words, 'pages.quality.of')}${sources}`,
    )
  }
  for (const finding of findings) {
    const [colour, mark] = marks[finding.severity]
    printData(`${coloured(colour, mark, process.stdout)} ${finding.sentence}`)
    const past = pastOf(finding, words)
    if (past) printData(coloured('dim', `  ${past}`, process.stdout))
  }
}

/** Who is told of it, since when it is found, and a picture of the last versions. */
function pastOf({ owner, trend }: Finding, words: Words): string {
  const parts = owner ? [say(words, 'pages.findings.owner', { owner })] : []
  if (trend && trend.counts.length > 1) {
    const day = formatDate(trend.since, words, { dateStyle: 'medium' })
    parts.push(
      trend.isNew ? say(words, 'pages.trend.new') : say(words, 'pages.trend.since', { day, versions: trend.versions }),
      barsOf(trend.counts.map(({ found }) => found)),
    )
  }
  return parts.join(' · ')
}

const blocks = '▁▂▃▄▅▆▇█'

/** A blank where the check did not run. */
function barsOf(counts: (number | null)[]): string {
  const most = Math.max(1, ...counts.map((count) => count ?? 0))
  return counts
    .map((count) => (count === null ? ' ' : blocks[Math.ceil((count / most) * (blocks.length - 1))]))
    .join('')
}
