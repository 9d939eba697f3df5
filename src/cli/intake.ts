import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { RapportError } from '../errors.ts'
import { type Project, readProject } from '../project.ts'
import { unprovedSource } from './intake-door.ts'
import { feed, type Tally } from './intake-feed.ts'
import { openRoute } from './intake-route.ts'
import { repeatable } from './options.ts'
import { printData, printJson, say } from './output.ts'

interface IntakeOptions {
  project?: string
  stream?: string[]
  json?: boolean
}

export function addCommand(program: Command): void {
  const command = program
    .command('intake <source> [file]')
    .description('Keep records from a pipe or a file: NDJSON, JSON, messages of Airbyte sources and Singer taps.')
    .option('--project <dir>', 'folder of rapport.yaml (default: the nearest one upward)')
    .option('--json', 'print JSON on stdout; messages go to stderr')
  repeatable(command, '--stream <stream=source>', 'of Airbyte and Singer: tickets=support  (repeatable)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ rapport intake surveys answers.csv\n  $ tap-zendesk --config config.json | rapport intake support - --stream tickets=support',
    )
    .action(intakeCommand)
}

async function intakeCommand(id: string, file: string | undefined, options: IntakeOptions): Promise<void> {
  const project = await readProject({ directory: options.project })
  const source = sourceNamed(id, project)
  const streams = new Map((options.stream ?? []).map((text) => readStream(text, project)))
  const route = await openRoute(project)
  const input = file === undefined || file === '-' ? process.stdin : createReadStream(file)
  let tallies: Map<string, Tally>
  try {
    tallies = await feed(input, {
      route,
      source: source.id,
      sourceOf: (stream) => streams.get(stream) ?? sameName(stream, project) ?? source.id,
      table: unprovedSource(source).surveys === true,
      state: printData,
    })
  } finally {
    // A pipe that is still open would keep the process waiting after a failure.
    input.destroy()
    await route.close()
  }
  if (options.json) printJson({ sources: Object.fromEntries(tallies) })
  else sayTallies(tallies)
  if ([...tallies.values()].some(({ rejected }) => rejected > 0)) process.exitCode = 3
}

function sayTallies(tallies: Map<string, Tally>): void {
  if (tallies.size === 0) say('Nothing came in.')
  for (const [source, { kept, duplicates, rejected }] of tallies)
    say(`${source}: ${kept} kept, ${duplicates} known already, ${rejected} unreadable and kept as rejects.`)
}

function sourceNamed(id: string, { settings }: Project): Project['settings']['sources'][number] {
  const source = settings.sources.find((each) => each.id === id)
  if (source) return source
  throw new RapportError(
    {
      code: 'source-unknown',
      message: `There is no source "${id}".`,
      where: 'rapport.yaml',
      fix: `Use one of: ${settings.sources.map((each) => each.id).join(', ')}; or add it with \`intake: {}\`.`,
    },
    5,
  )
}

function readStream(text: string, project: Project): [string, string] {
  const at = text.lastIndexOf('=')
  if (at > 0) return [text.slice(0, at), sourceNamed(text.slice(at + 1), project).id]
  throw new RapportError(
    {
      code: 'stream-malformed',
      message: `"${text}" does not say which source a stream goes to.`,
      where: '--stream',
      fix: 'Write --stream tickets=support.',
    },
    2,
  )
}

/** `Ticket_Comments` goes to `ticket-comments` where there is such a source. */
function sameName(stream: string, { settings }: Project): string | undefined {
  const name = stream.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return settings.sources.find(({ id }) => id === name)?.id
}
