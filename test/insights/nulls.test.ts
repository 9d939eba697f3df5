import { copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Finding } from '../../src/insights/finding.ts'
import { evidenceOf, gatherFindings } from '../../src/insights/gather.ts'
import { findPlaybook } from '../../src/insights/playbook.ts'
import { readPlaybook } from '../../src/insights/read-playbook.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import { readCheckFindings } from '../../src/metrics/ledger.ts'
import { findReadiness } from '../../src/metrics/readiness.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { readPlaybookRules } from '../../src/project.ts'
import { numbered, raw, sql } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { builtFrom } from '../flow/built.ts'
import { contextOf, customerFirstFile, hasCustomerFirst } from '../metrics/fixture.ts'

/** What topics there are does not depend on scores, and takes seconds to learn: it is learnt of the engine itself, once for all its copies. */
const engines = vi.hoisted(() => new WeakMap<Store, Store>())
vi.mock(import('../../src/insights/read-topics.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    readTopics: (scope, context) =>
      real.readTopics(scope, { ...context, store: engines.get(context.store) ?? context.store }),
  }
})

const rules = await readPlaybookRules({ catalogues: [join(import.meta.dirname, '../../catalog')] })

/** A built version, open where it can be written to. */
async function writtenContext(file: string, name: string): Promise<MetricContext> {
  const copy = `${file}.${name}`
  copyFileSync(file, copy)
  const store = await openDuckdb({ file: copy, alias: name, mode: 'write', temporary: dirname(copy) })
  const [row] = await store.rows(raw('SELECT targets FROM cx.versions'))
  await store.run(
    raw(`CREATE TABLE memory.main.first AS SELECT id, score, row_number() OVER (ORDER BY id) AS place
FROM cx.surveys WHERE score IS NOT NULL`),
  )
  return contextOf(store, { targets: JSON.parse(String(row?.targets)) })
}

/** The engine as a store that nobody has asked yet, so that nothing is remembered of other scores. What reads no scores is asked once. */
function unasked(store: Store, told: Map<string, Promise<Row[]>>): Store {
  const own: Store = {
    ...store,
    rows: (statement) => {
      const { text, values } = numbered(statement)
      if (/surveys|held_/.test(text)) return store.rows(statement)
      const key = JSON.stringify([text, values])
      const rows = told.get(key) ?? store.rows(statement)
      told.set(key, rows)
      return rows
    },
  }
  engines.set(own, store)
  return own
}

/** All that can say something of satisfaction: every insight that needs no choice, and every rule of the playbook. */
async function askAll(context: MetricContext) {
  const answers = await gatherFindings(context)
  const findings = answers.flatMap((each) => each.findings)
  const services = {
    ...context,
    runQuery: (query: Parameters<typeof runQuery>[0]) => runQuery(query, context),
    findReadiness: () => findReadiness(context),
    checkResults: () => readCheckFindings(context),
  }
  const evidence = await readPlaybook(rules, {}, services, evidenceOf(answers))
  const { recommendations } = findPlaybook(rules, evidence, context.words)
  return { answers, findings, recommendations }
}

/** Scores of the answered surveys, dealt out among them by a seed. */
async function deal(store: Store, seed: number): Promise<void> {
  await store.run(sql`UPDATE cx.surveys_filled AS s SET score = dealt.score FROM (
  SELECT f.id AS id, d.score AS score FROM memory.main.first AS f
  JOIN (SELECT score, row_number() OVER (ORDER BY md5(id || ' ' || ${String(seed)})) AS place FROM memory.main.first) AS d USING (place)
) AS dealt WHERE dealt.id = s.id`)
}

/** What follows from counts: fields that the file lacks, and how the service is run. */
const carried = [
  'answer-more-cases',
  'ask-nps',
  'bring-in-customers',
  'bring-in-revenue',
  'collect-comments',
  'give-first-reply-its-moment',
  'give-solution-its-moment',
  'keep-phone-for-urgent',
  'mend-moments',
  'record-agent',
  'record-channel-source',
  'record-client-id',
  'record-creation-date',
  'record-product-brand',
  'record-product-category',
  'record-state',
  'record-survey-offers',
  'shadow-the-team',
  'show-case-history',
  'take-cases-by-priority',
  'try-a-chatbot',
  'write-faq',
  'write-saved-replies',
]

if (!hasCustomerFirst) console.info(`skipped: the published file is not at ${customerFirstFile}`)

test.runIf(hasCustomerFirst)(
  'the published file: nothing is said on satisfaction; of 200 copies with its scores dealt out at most 18 hear anything',
  async () => {
    const { file } = await builtFrom(customerFirstFile)
    const heard = new Map<string, number>()
    const count = (family: string, holds: boolean) => heard.set(family, (heard.get(family) ?? 0) + Number(holds))
    // Two engines side by side: each of so few rows keeps one thread busy.
    const halves = [0, 1].map(async (half) => {
      const context = await writtenContext(file, `half_${half}`)
      const { store } = context
      const told = new Map<string, Promise<Row[]>>()
      try {
        if (half === 0) expectNothing(await askAll({ ...context, store: unasked(store, told) }))
        for (let seed = 1 + half; seed <= 200; seed += 2) {
          await deal(store, seed)
          const { findings, recommendations } = await askAll({ ...context, store: unasked(store, told) })
          const more = recommendations.filter(({ id }) => !carried.includes(id))
          count(
            'drivers and signals',
            findings.some(({ kind }) => kind === 'drivers' || kind === 'signals'),
          )
          count(
            'topics',
            findings.some((each) => each.kind === 'topics' && !isWord(each)),
          )
          count('words', findings.some(isWord))
          count('splits', findings.length === 0 && more.length > 0)
          count('any', findings.length > 0 || more.length > 0)
        }
      } finally {
        await store.close()
      }
    })
    await Promise.all(halves)
    expect(heard.get('any'), JSON.stringify([...heard])).toBeLessThanOrEqual(18)
  },
  600_000,
)

const isWord = ({ id }: Finding): boolean => id.startsWith('topics.cases.csat.')

/** Those that look at the scores have looked and found nothing; the others are refused for a field, whatever the scores are. */
function expectNothing({ answers, findings, recommendations }: Awaited<ReturnType<typeof askAll>>): void {
  expect(findings).toEqual([])
  for (const { kind, refused } of answers)
    expect([kind, refused === null]).toEqual([kind, ['drivers', 'signals', 'topics'].includes(kind)])
  expect(recommendations.map(({ id }) => id).toSorted()).toEqual(carried)
  expect(recommendations.filter(({ concern }) => concern === 'satisfaction')).toEqual([])
}
