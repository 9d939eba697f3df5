import { Command, CommanderError } from 'commander'
import { productVersion } from '../config/product.ts'
import { report } from './output.ts'

const examples = `
Examples:
  $ rapport open tickets.csv                     from a file to a dashboard
  $ rapport demo customer-first                  the same on generated data
  $ rapport query csat_mean --by channel --files tickets.csv
  $ rapport init shop --from exports/*.csv       a project that you can edit

Exit codes: 0 ok, 1 failure, 2 usage, 3 data or validation failed, 4 alert or gate fired, 5 not found, 130 interrupted.`

const commands = {
  open: () => import('./open.ts'),
  demo: () => import('./demo.ts'),
  init: () => import('./init.ts'),
  build: () => import('./build.ts'),
  serve: () => import('./serve.ts'),
  intake: () => import('./intake.ts'),
  query: () => import('./query.ts'),
  insights: () => import('./insights.ts'),
  actions: () => import('./actions.ts'),
  feedback: () => import('./feedback.ts'),
  check: () => import('./check.ts'),
  alerts: () => import('./alerts.ts'),
  runs: () => import('./runs.ts'),
  journey: () => import('./journey.ts'),
  report: () => import('./report.ts'),
  snapshot: () => import('./snapshot.ts'),
  identity: () => import('./identity.ts'),
  export: () => import('./export.ts'),
  generate: () => import('./generate.ts'),
  doctor: () => import('./doctor.ts'),
  cache: () => import('./cache.ts'),
}

/** Only the command that was asked for is loaded: a cold `query` does not pay for the server. */
async function makeProgram(name: string | undefined): Promise<Command> {
  const program = new Command('rapport')
    .description('Customer-experience analytics: from raw exports to KPIs that carry their definition.')
    .version(await productVersion())
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', examples)
  const wanted = Object.entries(commands).filter(([command]) => command === name)
  for (const [, load] of wanted.length > 0 ? wanted : Object.entries(commands)) (await load()).addCommand(program)
  return program
}

async function main(argv: string[]): Promise<number> {
  if (argv[2] === '__build') {
    await (await import('./build-child.ts')).buildChild()
    return 0
  }
  if (argv[2] === '__live') {
    await (await import('./live-child.ts')).liveChild()
    return 0
  }
  const json = argv.includes('--json')
  try {
    const program = await makeProgram(argv[2])
    await program.parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage(error, json)
    return report(error, json)
  }
}

/** Commander has printed the sentence already; with --json the same goes to stdout as a problem. */
function usage(error: CommanderError, json: boolean): number {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const fix = suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'See `rapport --help`.'
  if (json) process.stdout.write(`${JSON.stringify({ problems: [{ code: 'usage', message, fix }] })}\n`)
  return 2
}

// A reader that has enough (`| head -1`) is no fault; a build whose caller is gone has nobody to build for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
process.on('SIGINT', () => process.exit(130))
process.exitCode = await main(process.argv)
