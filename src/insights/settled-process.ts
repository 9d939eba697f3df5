import { type Problem, RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import { readSteps } from './conformance-evidence.ts'
import { settleSteps, type TargetProcess } from './target-process.ts'

/** The steps by the ids of the model; one that no case has is refused with its line. Without events there are none to settle by. */
export async function settledProcess(target: TargetProcess, context: MetricContext): Promise<TargetProcess> {
  const known = await readSteps(context)
  if (known.length === 0) return target
  const problems: Problem[] = []
  const found = settleSteps(target, known, problems)
  if (problems.length > 0) throw new RapportError(problems, 3)
  return found
}
