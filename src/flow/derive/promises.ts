import { join } from 'node:path'
import { z } from 'zod'
import { checked } from '../../config/check.ts'
import { packageRoot } from '../../config/product.ts'
import { type PromiseRule, promiseSchema } from '../../config/promise.ts'
import { assertNone, readYaml } from '../../config/yaml.ts'
import type { Problem } from '../../errors.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { literal, quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { appliedPriority } from './applied-priority.ts'
import { filledColumns, makeColumns } from './filled.ts'
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
    if (measured.touchpoints) await promiseContacts(store, rules, contacts!, urgent)
    if (measured.cases) await promiseCases(store, rules, cases!, urgent)
    return [...rules.flatMap(unmeasured), ...settings.sla.flatMap(unknownWords)]
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

const conditions = ['channel', 'priority', 'market'] as const

/** More conditions first; of as many, in their order. */
export function ranked(rules: PromiseRule[]): PromiseRule[] {
  const weight = (rule: PromiseRule): number => conditions.filter((each) => rule[each] !== undefined).length
  return [...rules].sort((one, other) => weight(other) - weight(one))
}

/** `own`: how many of them, from the first, are the project's. */
async function keepRules(store: Store, rules: PromiseRule[], own: number): Promise<void> {
  await makeColumns(store, 'sla_targets', ['metric', ...conditions, 'seconds', 'clock', 'origin'])
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
): Promise<void> {
  await makeColumns(store, 'touchpoints', ['target_seconds'])
  const fitting = rules.filter(({ metric }) => metric !== 'resolution')
  const channel = columns.has('channel') ? 'channel' : 'CAST(NULL AS VARCHAR)'
  const queued = `${channel} IN (${live.map(literal).join(', ')})`
  const kind = ({ metric, channel: named }: PromiseRule): string[] =>
    named !== undefined ? [] : [metric === 'wait' ? queued : `NOT (${queued})`]
  const inbound = columns.has('direction') ? `coalesce(direction, 'inbound') = 'inbound'` : 'TRUE'
  const target = (priority: string): string => choice(fitting, columns, priority, kind)
  await store.run(raw(`UPDATE cx.touchpoints SET target_seconds = ${target('NULL')} WHERE ${inbound}`))
  if (!urgent || !columns.has('case') || !fitting.some(({ priority }) => priority !== undefined)) return
  await store.run(
    raw(`UPDATE cx.touchpoints SET target_seconds = ${target('applied.priority')} FROM (${urgent}) AS applied
      WHERE applied.id = touchpoints."case" AND ${inbound}`),
  )
}

async function promiseCases(
  store: Store,
  rules: PromiseRule[],
  columns: ReadonlySet<string>,
  urgent: string | null,
): Promise<void> {
  await makeColumns(store, 'cases', ['first_reply_target_seconds', 'resolution_target_seconds'])
  const joined = urgent !== null && rules.some(({ metric, priority }) => metric !== 'wait' && priority !== undefined)
  const set = (['first_reply', 'resolution'] as const).map((metric) => {
    const fitting = rules.filter((rule) => rule.metric === metric)
    return `${metric}_target_seconds = ${choice(fitting, columns, joined ? 'applied.priority' : 'NULL')}`
  })
  const from = joined ? ` FROM (${urgent}) AS applied WHERE applied.row = cases.rowid` : ''
  await store.run(raw(`UPDATE cx.cases SET ${set.join(', ')}${from}`))
}

/** The first rule that fits, as one expression. A promise in opening hours fits too, and is not measured here. */
function choice(
  rules: PromiseRule[],
  columns: ReadonlySet<string>,
  priority: string,
  also: (rule: PromiseRule) => string[] = () => [],
): string {
  const own = (name: string): string => (columns.has(name) ? quoteIdentifier(name) : 'CAST(NULL AS VARCHAR)')
  const of = { channel: own('channel'), market: own('market'), priority: `CAST(${priority} AS VARCHAR)` }
  const branches = rules.map((rule) => {
    const named = conditions.flatMap((each) => (rule[each] === undefined ? [] : `${of[each]} = ${literal(rule[each])}`))
    const fits = [...also(rule), ...named].join(' AND ') || 'TRUE'
    return `WHEN ${fits} THEN ${rule.clock === 'calendar' ? rule.value : 'NULL'}`
  })
  return branches.length > 0 ? `CAST(CASE ${branches.join(' ')} END AS BIGINT)` : 'NULL'
}

function unmeasured({ metric, clock, source }: PromiseRule): Problem[] {
  if (clock === 'calendar') return []
  return [
    {
      code: 'promise-not-measured',
      message: `The promise "${source}" (${metric}) counts opening hours; the rows that it holds for are kept out of the shares of kept promises.`,
      where: 'rapport.yaml',
      fix: 'Write clock: calendar to have it measured in calendar time.',
    },
  ]
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
