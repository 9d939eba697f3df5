import { type Command, Option } from 'commander'
import { type GenerateOptions, generate } from '../generate/generate.ts'
import { wholeNumber } from './options.ts'
import { printData, printJson } from './output.ts'

interface CommandOptions extends GenerateOptions {
  json?: boolean
}

export function addCommand(program: Command): void {
  program
    .command('generate <name>')
    .description("Write raw files exactly in a source's own format: seeded, any size, with planted effects and dirt.")
    .option('--rows <n>', 'how many records', wholeNumber)
    .option('--seed <n>', 'same seed, same bytes', wholeNumber, 1)
    .option('--out <dir>', 'folder to write to', '.')
    .option('--like-published', "the published set's sizes and shares, not its rows")
    .addOption(new Option('--dirt <amount>', 'faults in the data').choices(['none', 'some', 'hard']))
    .addOption(
      new Option('--columns <set>', "the source's own columns, or with those that the study recommends").choices([
        'published',
        'recommended',
      ]),
    )
    .option('--weeks <n>', 'how many weeks the data span', wholeNumber)
    .option('--start <day>', 'first day, moved to the next Monday')
    .option('--overwrite', 'replace files of the same name')
    .option('--json', 'print JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ rapport generate customer-first --rows 100000 --out exports')
    .action(run)
}

async function run(name: string, options: CommandOptions): Promise<void> {
  const made = await generate(name, options)
  if (options.json) printJson(made)
  else for (const file of made.files) printData(`${file.path}  ${file.rows} rows, ${file.bytes} bytes`)
}
