import { type Command, InvalidArgumentError } from 'commander'
import { findContainment, readContainment } from '../insights/containment.ts'
import { findNamedDeflection, readDeflection } from '../insights/deflection.ts'
import { readTopics } from '../insights/read-topics.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { printData, printJson } from './output.ts'

interface DeflectionOptions extends CommonOptions {
  topic: string
  since: string
}

export function addDeflection(insights: Command): void {
  withData(
    insights
      .command('deflection')
      .description('Whether fewer cases of a topic came since a FAQ, saved reply or bot went live. 0 either way.'),
  )
    .requiredOption('--topic <topic>', 'id of a topic, or one of its words (rapport insights topics)')
    .requiredOption('--since <day>', 'the day it went live, 2026-03-01', day)
    .addHelpText('after', '\nExample:\n  $ rapport insights deflection --topic password --since 2026-03-01')
    .action(printDeflection)
  withData(
    insights
      .command('containment')
      .description(
        'Conversations that a bot ended alone, without a new contact in 7 days. 0 also where it is not known.',
      ),
  )
    .addHelpText('after', '\nExample:\n  $ rapport insights containment --project shop')
    .action(printContainment)
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('Give a day, 2026-03-01.')
  return text
}

async function printDeflection(options: DeflectionOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const topics = (await readTopics({ of: 'cases' }, context))?.model.topics ?? []
    const answer = findNamedDeflection(await readDeflection(options.topic, topics, context), options, context.words)
    if (options.json) printJson({ version: context.version.id, ...answer })
    else if ('refused' in answer) printData(answer.refused)
    else printData([answer.sentence, ...answer.limits.map((each) => `- ${each}`)].join('\n'))
  } finally {
    await version.close()
  }
}

async function printContainment(options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const answer = findContainment(await readContainment(context), context.words)
    if (options.json) printJson({ version: context.version.id, ...answer })
    else printData('refused' in answer ? answer.refused : answer.sentence)
  } finally {
    await version.close()
  }
}
