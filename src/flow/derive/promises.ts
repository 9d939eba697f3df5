import { join } from 'node:path'
import { z } from 'zod'
import { checked } from '../../config/check.ts'
import { packageRoot } from '../../config/product.ts'
import { type PromiseRule, promiseSchema } from '../../config/promise.ts'
import { assertNone, readYaml } from '../../config/yaml.ts'
import type { Problem } from '../../errors.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { literal, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { appliedPriority } from './applied-priority.ts'
import { filledColumns, makeColumns } from './filled.ts'
import { choicePerRow, type PromiseChoice, promiseConditions } from './promise-choice.ts'
import { measureHours, type PromiseSet } from './promise-hours.ts'
import type { DeriveStep } from './step.ts'

/**
 * What was promised for each contact and case: the first policy that fits the row, those of `rapport.yaml` before those of the
 * catalogue, and of one list the one with more conditions first. A promise needs a beginning: without one, nothing is held against it.
 */
export const promises: DeriveStep = {
  name: 'promises',
  async run({ store, settings }) {
    const columns = await filledColumns(store)
    const contacts = columns.get('touchpoints')
    const cases = columns.get('cases')
    const measured = {
      touchpoints: contacts?.has('started_at') || contacts?.has('wait_seconds'),
      cases: cases?.has('created_at'),
    }
    if (!measured.touchpoints && !measured.cases) return []
    const rules = [...ranked(settings.sla), ...ranked(await builtInPromises())]
    await keepRules(store, rules, settings.sla.length)
    const urgent = cases ? appliedPriority(cases, columns.get('case_events')) : null
    const sets = [
      ...(measured.touchpoints ? [await promiseContacts(store, rules, contacts!, urgent)] : []),
      ...(measured.cases ? await promiseCases(store, rules, cases!, urgent) : []),
    ]
    return [...(await measureHours(store, settings, columns, sets)), ...settings.sla.flatMap(unknownWords)]
  },
}

/** The promises that the catalogue has. */
export async function builtInPromises(): Promise<PromiseRule[]> {
  const name = join('catalog', 'sla', 'defaults.yaml')
  const document = await readYaml(join(packageRoot(), name), name)
  const problems: Problem[] = []
  const file = checked(z.strictObject({ sla: z.array(promiseSchema) }), document.value, document, problems)
  assertNone(problems)
  return file?.sla ?? []
}

/** More conditions first; of as many, in their order. */
export function ranked(rules: PromiseRule[]): PromiseRule[] {
  const weight = (rule: PromiseRule): number => promiseConditions.filter((each) => rule[each] !== undefined).length
  return [...rules].sort((one, other) => weight(other) - weight(one))
}

/** `own`: how many of them, from the first, are the project's. */
async function keepRules(store: Store, rules: PromiseRule[], own: number): Promise<void> {
  await makeColumns(store, 'sla_targets', ['metric', ...promiseConditions, 'seconds', 'clock', 'origin'])
  for (const [index, rule] of rules.entries())
    await store.run(
      sql`INSERT INTO cx.sla_targets (id, metric, channel, priority, market, seconds, clock, origin, source, record)
        VALUES (${`sla:${index + 1}`}, ${rule.metric}, ${rule.channel ?? null}, ${rule.priority ?? null}, ${rule.market ?? null},
          ${rule.value}, ${rule.clock}, ${rule.source}, ${index < own ? 'rapport.yaml' : 'catalog'}, ${index + 1})`,
    )
}

/** Those who wait in a queue are promised a wait, those who write an answer; a policy that names a channel says so itself. */
const live = ['call', 'chat', 'in_person']

async function promiseContacts(
  store: Store,
  rules: PromiseRule[],
  columns: ReadonlySet<string>,
  urgent: string | null,
): Promise<PromiseSet> {
  await makeColumns(store, 'touchpoints', ['target_seconds'])
  const fitting = rules.filter(({ metric }) => metric !== 'resolution')
  const channel = columns.has('channel') ? 'channel' : 'CAST(NULL AS VARCHAR)'
  const queued = `${channel} IN (${live.map(literal).join(', ')})`
  const also = ({ metric, channel: named }: PromiseRule): string[] =>
    named !== undefined ? [] : [metric === 'wait' ? queued : `NOT (${queued})`]
  const inbound = columns.has('direction') ? `coalesce(direction, 'inbound') = 'inbound'` : 'TRUE'
  const choice = { rules: fitting, columns, priority: 'NULL', also }
  const set: PromiseSet = {
    table: 'touchpoints',
    target: 'target_seconds',
    begins: 'started_at',
    choice,
    joined: '',
    where: inbound,
  }
  await store.run(raw(`UPDATE cx.touchpoints SET target_seconds = ${calendarTarget(choice)} WHERE ${inbound}`))
  if (!urgent || !columns.has('case') || !fitting.some(({ priority }) => priority !== undefined)) return set
  const byPriority = { ...choice, priority: 'applied.priority' }
  const same = 'applied.id = touchpoints."case"'
  await store.run(
    raw(`UPDATE cx.touchpoints SET target_seconds = ${calendarTarget(byPriority)} FROM (${urgent}) AS applied
      WHERE ${same} AND ${inbound}`),
  )
  return { ...set, choice: byPriority, joined: ` LEFT JOIN (${urgent}) AS applied ON ${same}` }
}

async function promiseCases(
  store: Store,
  rules: PromiseRule[],
  columns: ReadonlySet<string>,
  urgent: string | null,
): Promise<PromiseSet[]> {
  await makeColumns(store, 'cases', ['first_reply_target_seconds', 'resolution_target_seconds'])
  const byPriority =
    urgent !== null && rules.some(({ metric, priority }) => metric !== 'wait' && priority !== undefined)
  const same = 'applied.row = cases.rowid'
  const sets = (['first_reply', 'resolution'] as const).map((metric): PromiseSet => {
    const fitting = rules.filter((rule) => rule.metric === metric)
    return {
      table: 'cases',
      target: `${metric}_target_seconds`,
      begins: 'created_at',
      choice: { rules: fitting, columns, priority: byPriority ? 'applied.priority' : 'NULL' },
      joined: byPriority ? ` JOIN (${urgent}) AS applied ON ${same}` : '',
      where: 'TRUE',
    }
  })
  const set = sets.map(({ target, choice }) => `${target} = ${calendarTarget(choice)}`).join(', ')
  await store.run(raw(`UPDATE cx.cases SET ${set}${byPriority ? ` FROM (${urgent}) AS applied WHERE ${same}` : ''}`))
  return sets
}

/** A promise in opening hours takes the place of those after it, and gets its target in `measureHours`. */
function calendarTarget(choice: PromiseChoice): string {
  return choicePerRow(choice, ({ clock, value }) => (clock === 'calendar' ? value : null))
}

/** A policy for a word that the model does not have fits no row, unless the source's own word stayed: worth saying. */
function unknownWords(rule: PromiseRule, index: number): Problem[] {
  return (['channel', 'priority'] as const).flatMap((name) => {
    const value = rule[name]
    if (value === undefined || wordsOf(name).includes(value)) return []
    return {
      code: 'promise-word-unknown',
      message: `The promise "${rule.source}" is for the ${name} "${value}", which the model does not have; it holds only for rows whose source uses that word.`,
      where: `rapport.yaml, sla ${index + 1}`,
      fix: `Write one of: ${wordsOf(name).join(', ')}.`,
    }
  })
}
