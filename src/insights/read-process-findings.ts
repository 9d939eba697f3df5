import type { MetricContext } from '../metrics/context.ts'
import { type Conformance, findConformance } from './conformance.ts'
import type { Finding, NoFindings } from './finding.ts'
import { knownConformance, knownProcess } from './known-process.ts'
import { processFindings } from './process-findings.ts'
import type { ProcessScope } from './read-process.ts'
import { settledProcess } from './settled-process.ts'
import type { TargetProcess } from './target-process.ts'

/** What stands out in the process of a scope: read and found. `target`: the process that its cases should follow, where one is written down. */
export async function readProcessFindings(
  scope: ProcessScope,
  context: MetricContext,
  target?: TargetProcess,
): Promise<Finding[] | NoFindings> {
  const evidence = await knownProcess(scope, context)
  const beside = target && evidence && !evidence.inferred ? await besideOf(target, scope, context) : undefined
  return processFindings({ evidence, scope, words: context.words, ...(beside && { beside }) })
}

/** Without a finished case there is nothing beside the process, and the other findings stand. */
async function besideOf(
  target: TargetProcess,
  scope: ProcessScope,
  context: MetricContext,
): Promise<Conformance | undefined> {
  const known = await settledProcess(target, context)
  const found = findConformance(known, await knownConformance(known, scope, context), context.words)
  return 'refused' in found ? undefined : found
}
