import type { Command } from 'commander'
import { say as sayWord, type Words } from '../config/words.ts'
import type { Finding } from '../insights/finding.ts'
import { type Answer, gatherFindings } from '../insights/gather.ts'
import { saidSure } from '../insights/said-sure.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson } from './output.ts'

/** `rapport insights all`. */
export function addAll(insights: Command): void {
  withData(
    insights
      .command('all')
      .description('Every question that needs no choice: what is real, what is not, what cannot be told. 0 always.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport insights all --json')
    .action(printAll)
}

async function printAll(options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const answers = await gatherFindings(context)
    if (options.json) printJson({ version: context.version.id, as_of: context.version.as_of, answers })
    else for (const answer of answers) printAnswer(answer, context.words)
  } finally {
    await version.close()
  }
}

function printAnswer({ kind, findings, refused }: Answer, words: Words): void {
  printData(coloured('bold', sayWord(words, `say.insights.kind.${kind}`), process.stdout))
  if (refused) printData(refused.refused)
  else if (findings.length === 0) printData(sayWord(words, 'say.insights.none'))
  for (const finding of findings) printFinding(finding, words)
  printData('')
}

function printFinding({ claim, evidence, confidence, limits }: Finding, words: Words): void {
  printData(`· ${claim}\n  ${saidSure(confidence, words)}\n  ${evidence}`)
  for (const limit of limits) printData(`  – ${limit}`)
}
