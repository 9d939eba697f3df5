import type { Command } from 'commander'
import { generate } from '../generate/generate.ts'
import { wholeNumber } from './options.ts'
import { printData, printJson } from './output.ts'

interface GenerateOptions {
  rows?: number
  seed: number
  out: string
  likePublished?: boolean
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
    .option('--json', 'print JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ rapport generate customer-first --rows 100000 --out exports')
    .action(run)
}

async function run(name: string, options: GenerateOptions): Promise<void> {
  const made = await generate(name, options)
  if (options.json) printJson(made)
  else for (const file of made.files) printData(`${file.path}  ${file.rows} rows, ${file.bytes} bytes`)
}
