import { type Command, InvalidArgumentError } from 'commander'
import type { ProjectOptions } from '../project.ts'

/** Options that every command understands. */
export interface CommonOptions {
  project?: string
  files?: string[]
  json?: boolean
  yes?: boolean
  asOf?: string
  lang?: string
  zone?: string
  showPersonal?: boolean
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]

/** A repeatable option whose values add up: `--by channel --by market`. */
export function repeatable(command: Command, flags: string, says: string): Command {
  return command.option(flags, says, collect)
}

/** `--project`, `--files`, `--as-of`, `--lang`, `--json`, ...: the same words on every command that reads data. */
export function withData(command: Command): Command {
  return command
    .option('--project <dir>', 'folder of rapport.yaml (default: the nearest one upward)')
    .option('--files <file...>', 'work on files directly, without a project')
    .option('--zone <zone>', 'reporting zone of --files, e.g. Europe/Paris (default: UTC)')
    .option('--as-of <instant>', 'the "now" of ages and backlogs, e.g. 2026-01-31 (default: the newest event)', instant)
    .option('--lang <language>', 'language of labels and sentences: en, fr')
    .option('--show-personal', 'show personal data instead of masking it')
    .option('--yes', 'take the best guess where a column is unclear, and say so')
    .option('--json', 'print JSON on stdout; messages go to stderr')
}

export interface ServeOptions extends CommonOptions {
  port?: number
  /** Commander's reading of `--no-serve` and `--no-open`. */
  serve?: boolean
  open?: boolean
  /** Build when the files of the sources change. */
  watch?: boolean
  /** The page that a demo opens on; no option of the command line. */
  startPage?: string
}

/** `--port`, `--no-serve`, `--no-open`. */
export function withServer(command: Command): Command {
  return command
    .option('--port <number>', 'port on this machine (default: the first free one from 4600)', wholeNumber)
    .option('--no-serve', 'print a summary and end')
    .option('--no-open', 'do not open a browser')
}

export function projectOptions(options: CommonOptions): ProjectOptions {
  return { directory: options.project, files: options.files, zone: options.zone }
}

function instant(text: string): string {
  const time = Date.parse(
    /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? `${text}T23:59:59Z`
      : /[zZ]|[+-]\d\d:?\d\d$/.test(text)
        ? text
        : `${text.replace(' ', 'T')}Z`,
  )
  if (Number.isNaN(time))
    throw new InvalidArgumentError('Give a date (2026-01-31) or an instant (2026-01-31T12:00:00Z).')
  return new Date(time).toISOString().replace('.000Z', 'Z')
}

export function wholeNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''))
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Give a whole number.')
  return value
}
