import { join } from 'node:path'
import { findChurn } from '../src/insights/churn.ts'
import { readContacts } from '../src/insights/contacts-evidence.ts'
import { readMarginal } from '../src/insights/marginal-evidence.ts'
import { readPlaybook } from '../src/insights/read-playbook.ts'
import { readProcess } from '../src/insights/read-process.ts'
import { readTopics } from '../src/insights/read-topics.ts'
import { findSegments } from '../src/insights/segments.ts'
import { readStaffing } from '../src/insights/staffing-evidence.ts'
import { readSurvival } from '../src/insights/survival-evidence.ts'
import { findValueFrequency } from '../src/insights/value-frequency.ts'
import type { MetricContext } from '../src/metrics/context.ts'
import { readCheckFindings } from '../src/metrics/ledger.ts'
import { findReadiness } from '../src/metrics/readiness.ts'
import { runQuery } from '../src/metrics/run.ts'
import {
  metricContext,
  openVersion,
  readMetrics,
  readPlaybookRules,
  readProject,
  readProjectWords,
} from '../src/project.ts'
import { raw, type Sql, shown } from '../src/sql/sql.ts'
import type { Store } from '../src/store/store.ts'
import { assertBuilt, withFiles } from './fixture.ts'
import { answerOf, markdownTable, median, ms, program, ratio, readSettings, report } from './measure.ts'

/**
 * What each insight costs over a million cases: its time, its statements, and its slowest statement against a plain aggregate of the
 * table that it reads most.
 */
interface Insight {
  name: string
  /** Whose plain scan it is held against. */
  table: keyof typeof scans
  ask(context: MetricContext, project: Awaited<ReturnType<typeof readProject>>): Promise<unknown>
}

/** What one writes to look at a table as a whole. */
const scans = {
  cases: 'SELECT channel, count(*), avg(epoch(solved_at) - epoch(created_at)) FROM cases GROUP BY 1',
  customers: 'SELECT gender, count(*), avg(epoch(first_seen_at)) FROM customers GROUP BY 1',
  surveys: 'SELECT kind, count(*), avg(score) FROM surveys GROUP BY 1',
  case_events: 'SELECT kind, count(*), avg(epoch(at)) FROM case_events GROUP BY 1',
}

/** One line an insight. */
const insights: Insight[] = [
  { name: 'actions', table: 'cases', ask: askPlaybook },
  { name: 'segments', table: 'cases', ask: findSegments },
  { name: 'contacts', table: 'cases', ask: readContacts },
  { name: 'survival, customers', table: 'customers', ask: (context) => readSurvival({ about: 'customers' }, context) },
  { name: 'survival, reply', table: 'cases', ask: (context) => readSurvival({ about: 'reply' }, context) },
  { name: 'survival, resolution', table: 'cases', ask: (context) => readSurvival({ about: 'resolution' }, context) },
  { name: 'staffing', table: 'cases', ask: (context) => readStaffing(context, { byMarket: false, keep: [] }) },
  { name: 'one agent more', table: 'cases', ask: (context) => readMarginal(context, {}) },
  { name: 'value and frequency', table: 'customers', ask: findValueFrequency },
  { name: 'process', table: 'case_events', ask: (context) => readProcess({}, context) },
  { name: 'topics', table: 'cases', ask: (context) => readTopics({ of: 'cases' }, context) },
  { name: 'churn', table: 'customers', ask: (context) => findChurn({ customers: 20 }, context) },
]

/** The playbook's own reading; the findings of the others, which it is handed, stand in lines of their own. */
async function askPlaybook(context: MetricContext, project: Parameters<Insight['ask']>[1]): Promise<unknown> {
  return readPlaybook(
    await readPlaybookRules(project),
    {},
    {
      ...context,
      runQuery: (query) => runQuery(query, context),
      findReadiness: () => findReadiness(context),
      checkResults: () => readCheckFindings(context),
    },
  )
}

interface Taken {
  statement: string
  milliseconds: number
}

/**
 * A store that times each statement. One runs at a time, so that each is timed by itself; nothing is remembered from one insight to the
 * next, as what is remembered belongs to a store.
 */
function timing(store: Store, taken: Taken[]): Store {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(statement: Sql, run: () => Promise<T>): Promise<T> => {
    const next = last.then(async () => {
      const begun = performance.now()
      const answer = await run()
      taken.push({ statement: shown(statement), milliseconds: performance.now() - begun })
      return answer
    })
    last = next.catch(() => undefined)
    return next
  }
  return {
    ...store,
    rows: (statement) => inTurn(statement, () => store.rows(statement)),
    run: (statement) => inTurn(statement, () => store.run(statement)),
    hold: (statement) => inTurn(statement, () => store.hold(statement)),
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** The median of five, warm. Null where the table has no rows. */
async function timeScan(table: Insight['table'], store: Store): Promise<number> {
  const scan = () => timed(() => store.rows(raw(scans[table])))
  await scan()
  const times: number[] = []
  for (let run = 0; run < 5; run++) times.push(await scan())
  return median(times)
}

const header = ['', 'total, ms', 'statements', 'in statements, ms', 'slowest, ms', 'plain scan of', 'its ms', 'ratio']

await report(async () => {
  const settings = readSettings({ rows: 1_000_000, pairs: 1 })
  const only = process.env.RAPPORT_BENCH_INSIGHTS?.split(',')
  assertBuilt()
  await withFiles('experience', settings, async ({ folder, files, says }) => {
    const environment = { XDG_CACHE_HOME: process.env.RAPPORT_BENCH_CACHE ?? join(folder, 'cache') }
    await answerOf([program, 'query', 'cases', '--files', ...files], environment)
    const project = await readProject({ files, environment })
    const version = await openVersion(project)
    const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, 'en')])
    const about = { project, version, catalogue, words }
    const rows: string[][] = []
    for (const { name, table, ask } of insights) {
      if (only && !only.includes(name)) continue
      const taken: Taken[] = []
      const context = metricContext(
        { ...about, version: { ...version, store: timing(version.store, taken) } },
        { personalData: 'mask', language: 'en' },
      )
      const total = await timed(() => ask(context, project))
      const scan = await timeScan(table, version.store)
      const slowest = taken.reduce((most, each) => (each.milliseconds > most.milliseconds ? each : most))
      const inAll = taken.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
      rows.push([
        name,
        ms(total),
        String(taken.length),
        ms(inAll),
        ms(slowest.milliseconds),
        table,
        ms(scan),
        ratio(slowest.milliseconds / scan),
      ])
      process.stderr.write(`${name}: ${ms(total)} ms\n`)
      if (process.env.TRACE)
        for (const each of [...taken]
          .sort((a, b) => b.milliseconds - a.milliseconds)
          .slice(0, Number(process.env.TRACE)))
          process.stderr.write(
            `  ${ms(each.milliseconds)} ms  ${each.statement.replace(/\s+/g, ' ').slice(0, Number(process.env.TRACEW ?? 400))}\n`,
          )
    }
    await version.close()
    console.log(`## insights\n\n${says}; one run, one statement at a time.\n`)
    console.log(markdownTable(header, rows))
  })
})
