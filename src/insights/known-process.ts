import type { MetricContext } from '../metrics/context.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { type ConformanceEvidence, readConformance } from './conformance-evidence.ts'
import type { ProcessEvidence } from './process-evidence.ts'
import { type ProcessScope, readProcess } from './read-process.ts'
import type { TargetProcess } from './target-process.ts'

const processes: Memory<ProcessEvidence | null> = new WeakMap()
const besides: Memory<ConformanceEvidence | null> = new WeakMap()

/** The process of a scope, read once for a version: the tiles of a page and the findings ask for the same. */
export function knownProcess(scope: ProcessScope, context: MetricContext): Promise<ProcessEvidence | null> {
  return remember(processes, context.store, idOf(scope, context), () => readProcess(scope, context))
}

/** The same beside a settled process. */
export function knownConformance(
  target: TargetProcess,
  scope: ProcessScope,
  context: MetricContext,
): Promise<ConformanceEvidence | null> {
  const id = JSON.stringify([target, idOf(scope, context)])
  return remember(besides, context.store, id, () => readConformance(target, scope, context))
}

/** Who may not see personal data may not filter by it either: an answer given to another viewer is not theirs. */
function idOf({ where, range, as_of }: ProcessScope, { version, viewer }: MetricContext): string {
  return JSON.stringify([where, range, as_of, version.as_of, viewer.personalData])
}
