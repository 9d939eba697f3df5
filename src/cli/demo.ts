import { join } from 'node:path'
import type { Command } from 'commander'
import { generate } from '../generate/generate.ts'
import { cacheFolder } from '../project.ts'
import { openFiles } from './open.ts'
import { wholeNumber, withData } from './options.ts'
import { type ServeOptions, withServer } from './serve.ts'

interface DemoOptions extends ServeOptions {
  rows?: number
  seed: number
}

export function addCommand(program: Command): void {
  withServer(
    withData(program.command('demo [name]').description('Open a dashboard on generated data: customer-first.')),
  )
    .option('--rows <n>', 'how many records', wholeNumber)
    .option('--seed <n>', 'same seed, same data', wholeNumber, 1)
    .addHelpText('after', '\nExample:\n  $ rapport demo customer-first')
    .action(demo)
}

async function demo(name: string | undefined, options: DemoOptions): Promise<void> {
  const chosen = name ?? 'customer-first'
  const out = join(cacheFolder(process.env), 'demo', `${chosen}-${options.rows ?? 'default'}-${options.seed}`)
  const made = await generate(chosen, { rows: options.rows, seed: options.seed, out, overwrite: true })
  await openFiles(
    made.files.map((file) => file.path),
    options,
  )
}
