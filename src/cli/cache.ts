import { rm } from 'node:fs/promises'
import type { Command } from 'commander'
import { cacheFolder } from '../project.ts'
import { printData, printJson } from './output.ts'

const example = '\nExample:\n  $ rapport cache clear'

export function addCommand(program: Command): void {
  const command = program
    .command('cache')
    .description('Models of files that were opened without a project.')
    .addHelpText('after', example)
  command
    .command('clear')
    .description('Delete them all; they are built again when needed.')
    .option('--json', 'print JSON on stdout')
    .addHelpText('after', example)
    .action(async (options: { json?: boolean }) => {
      const folder = cacheFolder(process.env)
      await rm(folder, { recursive: true, force: true })
      if (options.json) printJson({ cleared: folder })
      else printData(`Cleared ${folder}.`)
    })
}
