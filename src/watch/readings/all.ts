import type { AlertRule } from '../../config/alerts.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'
import { readAnomaly } from './anomaly.ts'
import { readBreach } from './breach.ts'
import { readChecks } from './check.ts'
import { readSilent } from './silent.ts'
import { readThreshold } from './threshold.ts'

/** What a rule says now. `known`: keys of its segments before. */
export async function readRule(rule: AlertRule, services: WatchServices, known: readonly string[]): Promise<Reading[]> {
  switch (rule.kind) {
    case 'threshold':
      return readThreshold(rule, services)
    case 'breach':
      return readBreach(rule, services)
    case 'anomaly':
      return readAnomaly(rule, services)
    case 'check':
      return readChecks(rule, services, known)
    case 'silent':
      return readSilent(rule, services)
  }
}
