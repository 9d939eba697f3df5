import { type Command, Option } from 'commander'
import { say as sayWord } from '../config/words.ts'
import { type FeedbackComment, type FeedbackGrouping, readFeedback, surveyNamed } from '../insights/feedback.ts'
import {
  type FeedbackMark,
  type FeedbackStatus,
  feedbackFolder,
  feedbackStatuses,
  keepMark,
  readMarks,
} from '../insights/feedback-log.ts'
import { readTopics } from '../insights/read-topics.ts'
import { readProject } from '../project.ts'
import { type OpenModel, openModel } from './model.ts'
import { type CommonOptions, projectOptions, wholeNumber, withData } from './options.ts'
import { printData, printJson, textTable } from './output.ts'
import { readProjectFolder } from './project-folder.ts'

interface ListOptions extends CommonOptions {
  status?: FeedbackStatus
  by: FeedbackGrouping
  limit: number
}

interface MarkOptions extends CommonOptions {
  note?: string
  by?: string
}

export function addCommand(program: Command): void {
  const command = program
    .command('feedback')
    .description('Comments of surveys, and what became of each. Kept in the data folder of the project.')
    .addHelpText('after', '\nExample:\n  $ rapport feedback accept experience:17 --note "in the next release"')
  withData(command.command('list').description('Comments by topic or product, the newest first.'))
    .addOption(new Option('--status <status>', 'only those with this status').choices([...feedbackStatuses]))
    .addOption(new Option('--by <group>', 'how they are grouped').choices(['topic', 'product']).default('topic'))
    .option('--limit <n>', 'comments of each group', wholeNumber, 20)
    .addHelpText('after', '\nExample:\n  $ rapport feedback list --status new --by product')
    .action(list)
  for (const [name, status, does] of [
    ['accept', 'accepted', 'Something will be done about it. 5: there is no such survey.'],
    ['done', 'done', 'It was seen to. 5: there is no such survey.'],
    ['reopen', 'new', 'New again. 5: there is no such survey.'],
  ] as const)
    withData(command.command(`${name} <id>`).description(does))
      .option('--note <sentence>', 'for those who read it later')
      .option('--by <name>', 'who says so')
      .addHelpText('after', `\nExample:\n  $ rapport feedback ${name} experience:17 --by Ada`)
      .action((id: string, options: MarkOptions) => mark(status, id, options))
}

async function list(options: ListOptions): Promise<void> {
  const { directory, data } = await readProject(projectOptions(options))
  const marks = directory === null ? new Map<string, FeedbackMark>() : await readMarks(feedbackFolder(data.watch))
  const model = await openModel(options)
  try {
    const { context } = model
    const found = await readFeedback(
      {
        by: options.by,
        ...(options.status && { status: options.status }),
        limit: options.limit,
        ofEach: options.limit,
      },
      { marks, kept: directory !== null, topicsOf: (scope) => readTopics(scope, context) },
      context,
    )
    if (options.json) printJson({ version: context.version.id, feedback: found })
    else if (!found) printData(sayWord(context.words, 'say.feedback.none'))
    else
      printComments(
        found.groups.flatMap((group) => group.comments.map((each) => ({ ...each, group: group.label }))),
        model,
      )
  } finally {
    await model.version.close()
  }
}

function printComments(comments: FeedbackComment[], { context: { words } }: OpenModel): void {
  const header = ['survey', 'status', 'group', 'score', 'comment', 'note', 'by'].map((id) =>
    sayWord(words, `say.feedback.column.${id}`),
  )
  const rows = comments.map(({ id, status, group, values, text, mark: kept }) => [
    id,
    sayWord(words, `say.feedback.status.${status}`),
    group,
    String(values.score ?? ''),
    text.replace(/\s+/g, ' ').slice(0, 80),
    kept?.note ?? '',
    kept?.by ?? '',
  ])
  printData(
    textTable(
      header,
      rows,
      header.map((_, at) => at === 3),
    ),
  )
}

async function mark(status: FeedbackStatus, id: string, options: MarkOptions): Promise<void> {
  const { data } = await readProjectFolder(options, 'A status needs a project to be kept in')
  const { context, version } = await openModel(options)
  try {
    const { note, by } = options
    const kept: FeedbackMark = {
      survey: await surveyNamed(id, context),
      status,
      ...(note && { note }),
      ...(by && { by }),
      at: new Date().toISOString(),
    }
    await keepMark(feedbackFolder(data.watch), kept)
    if (options.json) printJson(kept)
    else
      printData(
        sayWord(context.words, 'say.feedback.marked', {
          survey: kept.survey,
          status: sayWord(context.words, `say.feedback.status.${status}`),
        }),
      )
  } finally {
    await version.close()
  }
}
