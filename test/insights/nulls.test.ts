import { copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { gatherFindings } from '../../src/insights/gather.ts'
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

/** What topics there are does not depend on scores, and takes seconds to learn: it is learnt of the engine itself, once for all copies. */
const engine = vi.hoisted(() => ({ store: null as Store | null }))
vi.mock(import('../../src/insights/read-topics.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    readTopics: (scope, context) => real.readTopics(scope, { ...context, store: engine.store ?? context.store }),
  }
})

const rules = await readPlaybookRules({ catalogues: [join(import.meta.dirname, '../../catalog')] })

/** The published file, built, in a version that can be written to. */
async function writtenContext(): Promise<MetricContext> {
  const { file } = await builtFrom(customerFirstFile)
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  const store = await openDuckdb({ file: copy, alias: 'copy', mode: 'write', temporary: dirname(copy) })
  const [row] = await store.rows(raw('SELECT targets FROM cx.versions'))
  return contextOf(store, { targets: JSON.parse(String(row?.targets)) })
}

/** The engine as a store that nobody has asked yet, so that nothing is remembered of other scores. What reads no scores is asked once. */
function unasked(store: Store, told: Map<string, Promise<Row[]>>): Store {
  return {
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
  const evidence = await readPlaybook(rules, {}, services, findings)
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
]

test.runIf(hasCustomerFirst)(
  'the published file: nothing is said on satisfaction; of 200 copies with its scores dealt out at most 18 hear anything',
  async () => {
    const context = await writtenContext()
    const { store } = context
    engine.store = store
    try {
      const told = new Map<string, Promise<Row[]>>()
      const file = await askAll({ ...context, store: unasked(store, told) })
      expect(file.findings).toEqual([])
      // Those that look at the scores have looked; the others are refused for a field, whatever the scores are.
      for (const { kind, refused } of file.answers) {
        const looked = ['drivers', 'signals', 'topics'].includes(kind)
        expect([kind, looked ? refused : refused !== null]).toEqual([kind, looked ? null : true])
      }
      expect(file.recommendations.map(({ id }) => id).toSorted()).toEqual(carried)
      expect(file.recommendations.filter(({ concern }) => concern === 'satisfaction')).toEqual([])

      await store.run(
        raw(`CREATE TABLE memory.main.first AS SELECT id, score, row_number() OVER (ORDER BY id) AS place
FROM cx.surveys WHERE score IS NOT NULL`),
      )
      const heard = new Map<string, number>()
      const count = (family: string, holds: boolean) => heard.set(family, (heard.get(family) ?? 0) + Number(holds))
      for (let seed = 1; seed <= 200; seed++) {
        await deal(store, seed)
        const { findings, recommendations } = await askAll({ ...context, store: unasked(store, told) })
        const more = recommendations.filter(({ id }) => !carried.includes(id))
        const isWord = ({ id }: { id: string }) => id.startsWith('topics.cases.csat.')
        count(
          'drivers and signals',
          findings.some(({ kind }) => kind === 'drivers' || kind === 'signals'),
        )
        count(
          'topics',
          findings.some((each) => each.kind === 'topics' && !isWord(each)),
        )
        count('words', findings.some(isWord))
        count('recommendations without a finding', findings.length === 0 && more.length > 0)
        count('any', findings.length > 0 || more.length > 0)
      }
      expect(heard.get('any'), JSON.stringify([...heard])).toBeLessThanOrEqual(18)
      if (process.env.SHOW) console.log([...heard])
    } finally {
      await store.close()
    }
  },
  400_000,
)
