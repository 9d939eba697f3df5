import type { Command } from 'commander'
import { readFindings } from '../metrics/ledger.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson } from './output.ts'

export function addCommand(program: Command): void {
  withData(
    program.command('check').description('Data quality and impossible numbers. Exit code 3 when an error was found.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport check --files tickets.csv')
    .action(check)
}

const marks = { error: ['red', '✗'], warning: ['yellow', '!'], note: ['dim', '·'] } as const

async function check(options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const findings = await readFindings(context)
    if (options.json) printJson({ version: context.version.id, findings })
    else
      for (const { severity, sentence } of findings)
        printData(`${coloured(marks[severity][0], marks[severity][1], process.stdout)} ${sentence}`)
    if (findings.some((finding) => finding.severity === 'error')) process.exitCode = 3
  } finally {
    await version.close()
  }
}
