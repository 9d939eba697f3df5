import type { Command } from 'commander'
import { addLogs } from './export-logs.ts'
import { addWorkbook } from './export-workbook.ts'

/** `rapport export`: one file a family of formats. */
export function addCommand(program: Command): void {
  const command = program.command('export').description('Write what is in the model for another tool.')
  addLogs(command)
  addWorkbook(command)
}
