import type { MetricContext } from '../metrics/context.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { type DriverTests, testDrivers } from './driver-tests.ts'
import { type DriverEvidence, type NoDrivers, readDrivers } from './drivers-evidence.ts'
import type { SurveyKind } from './survey-rows.ts'

/** What was read and tested once, for all that is said of it. */
export interface DriverReading {
  evidence: DriverEvidence
  tests: DriverTests
}

const memory: Memory<DriverReading | NoDrivers> = new WeakMap()

/** Drivers and signals of the scores of a kind of survey. */
export function readDriverTests(
  { metric }: { metric: SurveyKind },
  context: Pick<MetricContext, 'store' | 'version'>,
): Promise<DriverReading | NoDrivers> {
  return remember(memory, context.store, metric, async () => {
    const evidence = await readDrivers(context, metric)
    return 'lacks' in evidence ? evidence : { evidence, tests: await testDrivers(evidence) }
  })
}
