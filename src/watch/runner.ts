import type { RunSetting } from '../config/runs.ts'
import { problemsOf } from '../errors.ts'
import { lastDue, nextDue } from './due-runs.ts'
import type { RunLedger } from './run-ledger.ts'

/** Does what a run asks for, and says in a sentence what came of it. `due` names this one: what is sent for it is sent once. */
export type DoRun = (run: RunSetting, due: number) => Promise<string>

export interface RunnerOptions {
  runs: readonly RunSetting[]
  /** Zone of expressions that name none. */
  zone: string
  ledger: RunLedger
  now(): number
  perform: DoRun
  /** Told of a run that failed, with when it was due, and (without one) of a ledger that cannot be written. */
  failed(error: unknown, of: { run: RunSetting; due: number } | null): void
}

export interface Runner {
  /** Does what is due, one after the other, and answers when something is due next; null for nothing. */
  runDue(): Promise<number | null>
}

/**
 * One run at a time, in the order in which they were due. What was missed while nothing ran is caught up once, however often it was due; what
 * was cut short is done again. A run that fails is not tried before its next time.
 */
export function createRunner(options: RunnerOptions): Runner {
  let working: Promise<number | null> | null = null
  return {
    runDue: () => {
      working ??= runAll(options).finally(() => {
        working = null
      })
      return working
    },
  }
}

async function runAll(options: RunnerOptions): Promise<number | null> {
  const { runs, ledger, zone, now } = options
  for (const run of runs) if (!ledger.states.has(run.id)) await ledger.append({ kind: 'known', run: run.id, at: now() })
  for (;;) {
    const [first] = runs.flatMap((run) => dueOf(run, options)).sort((a, b) => a.due - b.due)
    if (!first) break
    await perform(first.run, first.due, options)
  }
  const next = runs.flatMap((run) => nextDue(run, now(), zone) ?? [])
  return next.length > 0 ? Math.min(...next) : null
}

function dueOf(run: RunSetting, { ledger, now, zone }: RunnerOptions): { run: RunSetting; due: number }[] {
  const state = ledger.states.get(run.id)
  if (!state) return []
  const due = lastDue(run, { since: state.settled, now: now() }, zone) ?? state.cutShort
  return due === null ? [] : [{ run, due }]
}

async function perform(run: RunSetting, due: number, options: RunnerOptions): Promise<void> {
  const { ledger, now } = options
  await ledger.append({ kind: 'begun', run: run.id, due, at: now() })
  let outcome: 'done' | 'failed' = 'done'
  let says: string
  try {
    says = await options.perform(run, due)
  } catch (error) {
    outcome = 'failed'
    says = problemsOf(error)[0]?.message ?? String(error)
    options.failed(error, { run, due })
  }
  await ledger.append({ kind: 'ended', run: run.id, due, at: now(), outcome, says })
}

/** The clock is looked at this often: it may be set, and a machine may sleep. */
const most = 30_000

/** Runs what is due for as long as the process lives. */
export function startRunner(options: RunnerOptions): { close(): Promise<void> } {
  const runner = createRunner(options)
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> = Promise.resolve()
  const look = (): void => {
    working = runner.runDue().then(wait, (error) => {
      options.failed(error, null)
      wait(null)
    })
  }
  const wait = (next: number | null): void => {
    const left = next === null ? most : Math.max(0, next - options.now())
    if (!closed) timer = setTimeout(look, Math.min(most, left)).unref()
  }
  look()
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await working
    },
  }
}
