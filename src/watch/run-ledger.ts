import { join } from 'node:path'
import { openLog, readLog } from '../journal/append-log.ts'

/** One line of `watch/runs.log`. */
export type RunLine =
  /** From here on it is waited for: what was due earlier was never asked for. */
  | { kind: 'known'; run: string; at: number }
  | { kind: 'begun'; run: string; due: number; at: number }
  | { kind: 'ended'; run: string; due: number; at: number; outcome: 'done' | 'failed'; says: string }

/** How it stands with one run. Moments in milliseconds since 1970. */
export interface RunState {
  /** Whatever was due up to here is settled. */
  settled: number
  /** When the one was due that began and never ended: the process died in between. */
  cutShort: number | null
  last: Extract<RunLine, { kind: 'ended' }> | null
}

export interface RunLedger {
  readonly states: ReadonlyMap<string, RunState>
  append(line: RunLine): Promise<void>
  close(): Promise<void>
}

const folderOf = (watch: string): string => join(watch, 'runs.log')

/** Opens the ledger for the one process that runs things. */
export async function openRunLedger(watch: string): Promise<RunLedger> {
  const log = await openLog(folderOf(watch))
  const states = await readRunStates(watch)
  return {
    states,
    append: async (line) => {
      await log.append([JSON.stringify(line)])
      take(line, states)
    },
    close: () => log.close(),
  }
}

/** The same for whoever reads along. */
export async function readRunStates(watch: string): Promise<Map<string, RunState>> {
  const states = new Map<string, RunState>()
  for await (const line of readRunLines(watch)) take(line, states)
  return states
}

/** Every line in its order; one that the disk has spoiled is left out. */
export async function* readRunLines(watch: string): AsyncGenerator<RunLine> {
  for await (const lines of readLog(folderOf(watch)))
    for (const line of lines) if (!line.damaged) yield JSON.parse(line.text) as RunLine
}

function take(line: RunLine, states: Map<string, RunState>): void {
  const known = states.get(line.run) ?? { settled: 0, cutShort: null, last: null }
  switch (line.kind) {
    case 'known':
      states.set(line.run, { ...known, settled: Math.max(known.settled, line.at) })
      return
    case 'begun':
      states.set(line.run, { ...known, cutShort: line.due })
      return
    case 'ended':
      states.set(line.run, { settled: Math.max(known.settled, line.due), cutShort: null, last: line })
  }
}
