import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { productVersion } from '../config/product.ts'
import { generate, generators } from '../generate/generate.ts'
import { cacheFolder } from '../project.ts'
import { openFiles } from './open.ts'
import { type ServeOptions, wholeNumber, withData, withServer } from './options.ts'

interface DemoOptions extends ServeOptions {
  rows?: number
  seed: number
}

export function addCommand(program: Command): void {
  withServer(
    withData(
      program
        .command('demo [name]')
        .description(`Open a dashboard on generated data: ${generators.map((each) => each.name).join(', ')}.`),
    ),
  )
    .option('--rows <n>', 'how many records', wholeNumber)
    .option('--seed <n>', 'same seed, same data', wholeNumber, 1)
    .addHelpText('after', '\nExample:\n  $ rapport demo customer-first\n  $ rapport demo touchpoints')
    .action(demo)
}

async function demo(name: string | undefined, options: DemoOptions): Promise<void> {
  const chosen = name ?? 'customer-first'
  const size = options.rows ?? 'default'
  // The last folder gives the dashboard its name.
  const out = join(cacheFolder(process.env), 'demo', `${await productVersion()}-${size}-${options.seed}`, chosen)
  const kept = await readdir(out).catch(() => [])
  const files = kept.length > 0 ? kept.map((file) => join(out, file)) : await make(chosen, out, options)
  const startPage = generators.find((each) => each.name === chosen)?.opensOn
  await openFiles(files, { ...options, startPage })
}

/** The same name, size, seed and version give the same bytes, so what was made once is used again. */
async function make(name: string, out: string, { rows, seed }: DemoOptions): Promise<string[]> {
  const { files } = await generate(name, { rows, seed, out })
  return files.map((file) => file.path)
}
