import type { Command } from 'commander'
import { readCheckFindings } from '../metrics/ledger.ts'
import { checkFigures } from './check-figures.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson } from './output.ts'

export function addCommand(program: Command): void {
  withData(
    program.command('check').description('Data quality and impossible numbers. Exit code 3 when an error was found.'),
  )
    .option('--figures <file...>', 'CSV or JSON tables of published figures instead: what in them cannot be')
    .addHelpText(
      'after',
      '\nExamples:\n  $ rapport check --files tickets.csv\n  $ rapport check --figures slides.csv   columns metric, group, value, unit\n  $ rapport check --figures chart.csv table.csv   one group a row, one metric a column',
    )
    .action(check)
}

const marks = { error: ['red', '✗'], warning: ['yellow', '!'], note: ['dim', '·'] } as const

async function check(options: CommonOptions & { figures?: string[] }): Promise<void> {
  if (options.figures) return checkFigures(options.figures, options)
  const { context, version } = await openModel(options)
  try {
    const findings = await readCheckFindings(context)
    if (options.json) printJson({ version: context.version.id, findings })
    else
      for (const { severity, sentence } of findings)
        printData(`${coloured(marks[severity][0], marks[severity][1], process.stdout)} ${sentence}`)
    if (findings.some((finding) => finding.severity === 'error')) process.exitCode = 3
  } finally {
    await version.close()
  }
}
