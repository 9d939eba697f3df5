import { Presets, SingleBar } from 'cli-progress'
import type { Progress } from '../flow/flow.ts'
import { say } from './output.ts'

/** A bar on a terminal once a build takes over a second; a plain line every ten seconds elsewhere; nothing with --json. */
export function showProgress(quiet: boolean): { update: (progress: Progress) => void; stop: () => void } {
  if (quiet) return { update: () => {}, stop: () => {} }
  return process.stderr.isTTY ? terminalBar() : plainLines()
}

function terminalBar() {
  const bar = new SingleBar(
    { format: '{bar} {step}', hideCursor: true, stream: process.stderr, clearOnComplete: true },
    Presets.shades_grey,
  )
  const begun = Date.now()
  let started = false
  return {
    update: ({ step, done, total }: Progress) => {
      if (!started && Date.now() - begun > 1000) {
        bar.start(total, done, { step })
        started = true
      }
      if (started) bar.update(done, { step })
    },
    stop: () => {
      if (started) bar.stop()
    },
  }
}

function plainLines() {
  let last = Date.now()
  return {
    update: ({ step, done, total }: Progress) => {
      if (Date.now() - last < 10_000) return
      last = Date.now()
      say(`${done} of ${total}: ${step}`)
    },
    stop: () => {},
  }
}
