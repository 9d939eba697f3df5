import type { AlertOf } from '../../config/alerts.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'
import { groupOf } from './rule.ts'

const severities = ['error', 'warning', 'note']

/** Checks of the newest version that found something: one state for each; what finds nothing any more is over. */
export async function readChecks(
  rule: AlertOf<'check'>,
  services: WatchServices,
  known: readonly string[],
): Promise<Reading[]> {
  const { version } = services.context
  const findings = await services.checks()
  const { checks } = rule
  const meant = findings.filter(({ check, severity }) =>
    typeof checks === 'string' ? severities.indexOf(severity) <= severities.indexOf(checks) : checks.includes(check),
  )
  const about = { limit: 0, evidence: version.id, as_of: version.as_of }
  const found = new Map<string, Reading>()
  for (const { check, source, found: n, checked, sentence } of meant) {
    const key = `${rule.id}/${check}`
    const more = found.get(key)
    const value = (more?.value ?? 0) + n
    found.set(key, {
      ...about,
      key,
      segment: check,
      finding: 'bad',
      value,
      ...(checked !== null && { n: checked }),
      because: more?.because ?? (source && !sentence.startsWith(source) ? `${source}: ${sentence}` : sentence),
    })
  }
  const named = Array.isArray(checks) ? checks : known.flatMap((key) => groupOf(key) ?? [])
  const fine = named
    .filter((check) => !found.has(`${rule.id}/${check}`))
    .map((check): Reading => ({ ...about, key: `${rule.id}/${check}`, segment: check, finding: 'good', value: 0 }))
  if (found.size === 0 && fine.length === 0)
    return [{ ...about, key: rule.id, segment: null, finding: 'good', value: 0 }]
  return [...found.values(), ...fine]
}
