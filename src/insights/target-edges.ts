import type { TargetProcess } from './target-process.ts'

/**
 * Does a process have a transition? From a step to itself where it may come again; from one to a later one when every step between is optional;
 * with a step that is not listed where others may stand anywhere.
 */
export function targetHas({ steps, others }: TargetProcess, { from, to }: { from: string; to: string }): boolean {
  const at = steps.findIndex(({ step }) => step === from)
  const then = steps.findIndex(({ step }) => step === to)
  if (at === -1 || then === -1) return others === 'allow'
  if (at === then) return steps[at]!.again
  return at < then && steps.slice(at + 1, then).every(({ optional }) => optional)
}
