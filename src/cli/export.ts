import type { Command } from 'commander'
import { addEvidence } from './export-evidence.ts'
import { addLogs } from './export-logs.ts'
import { addDefinitions } from './export-semantic.ts'
import { addTables } from './export-tables.ts'

/** `rapport export`: one file a family of formats. */
export function addCommand(program: Command): void {
  const command = program.command('export').description('Write what is in the model for another tool.')
  addTables(command)
  addDefinitions(command)
  addLogs(command)
  addEvidence(command)
}
