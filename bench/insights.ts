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
import { raw } from '../src/sql/sql.ts'
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
  customers: 'SELECT gender, count(*), avg(age) FROM customers GROUP BY 1',
  case_events: 'SELECT activity, count(*), avg(epoch("at")) FROM case_events GROUP BY 1',
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

/** Processor time, over all threads, beside the time that passed: a busy machine lengthens the second alone. */
interface Spent {
  passed: number
  processor: number
}

const none: Spent = { passed: 0, processor: 0 }

async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const begun = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { passed: performance.now() - begun, processor: (user + system) / 1000 }
}

/**
 * A store that times each statement. One runs at a time, so that each is timed by itself; nothing is remembered from one insight to the
 * next, as what is remembered belongs to a store.
 */
function timing(store: Store, taken: Spent[]): Store {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const next = last.then(async () => {
      let answer: T | undefined
      taken.push(
        await spentOn(async () => {
          answer = await run()
        }),
      )
      return answer as T
    })
    last = next.catch(() => undefined)
    return next
  }
  return {
    ...store,
    rows: (statement) => inTurn(() => store.rows(statement)),
    run: (statement) => inTurn(() => store.run(statement)),
    hold: (statement) => inTurn(() => store.hold(statement)),
  }
}

/** The median of five, warm. */
async function spentOnScan(table: Insight['table'], store: Store): Promise<Spent> {
  const scan = () => spentOn(() => store.rows(raw(scans[table])))
  await scan()
  const all: Spent[] = []
  for (let run = 0; run < 5; run++) all.push(await scan())
  return {
    passed: median(all.map(({ passed }) => passed)),
    processor: median(all.map(({ processor }) => processor)),
  }
}

const header = [
  '',
  'total, ms',
  'processor, ms',
  'statements',
  'slowest, ms',
  'plain scan of',
  'its ms',
  'slowest / scan',
  'the same by processor',
]

await report(async () => {
  const settings = readSettings({ rows: 1_000_000, pairs: 1 })
  assertBuilt()
  await withFiles('experience', settings, async ({ folder, files, says }) => {
    const environment = { XDG_CACHE_HOME: join(folder, 'cache') }
    await answerOf([program, 'query', 'cases', '--files', ...files], environment)
    const project = await readProject({ files, environment })
    const version = await openVersion(project)
    const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, 'en')])
    const about = { project, version, catalogue, words }
    const rows: string[][] = []
    for (const { name, table, ask } of insights) {
      const taken: Spent[] = []
      const context = metricContext(
        { ...about, version: { ...version, store: timing(version.store, taken) } },
        { personalData: 'mask', language: 'en' },
      )
      const total = await spentOn(() => ask(context, project))
      const scan = await spentOnScan(table, version.store)
      const slowest = taken.reduce((most, each) => (each.processor > most.processor ? each : most), none)
      rows.push([
        name,
        ms(total.passed),
        ms(total.processor),
        String(taken.length),
        ms(slowest.passed),
        table,
        ms(scan.passed),
        ratio(slowest.passed / scan.passed),
        ratio(slowest.processor / scan.processor),
      ])
      process.stderr.write(`${name}: ${ms(total.passed)} ms\n`)
    }
    await version.close()
    console.log(`## insights\n\n${says}; one run, one statement at a time.\n`)
    console.log(markdownTable(header, rows))
  })
})
