import { Cron } from 'croner'
import type { RunSetting } from '../config/runs.ts'

type Timed = Pick<RunSetting, 'when' | 'zone'>

/** The first moment after `after` at which it is due, milliseconds since 1970; null when there is none. */
export function nextDue(run: Timed, after: number, zone: string): number | null {
  return pattern(run, zone).nextRun(new Date(after))?.getTime() ?? null
}

/** The last moment at which it was due up to `now`, and after `since`; null where none lies between. Of many that were missed it is the newest. */
export function lastDue(run: Timed, { since, now }: { since: number; now: number }, zone: string): number | null {
  // The library looks before a moment; here the moment itself counts too.
  const [last] = pattern(run, zone).previousRuns(1, new Date(now + 1000))
  const due = last?.getTime() ?? null
  return due !== null && due > since && due <= now ? due : null
}

function pattern(run: Timed, zone: string): Cron {
  return new Cron(run.when, { timezone: run.zone ?? zone, paused: true })
}
