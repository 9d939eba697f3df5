import { join } from 'node:path'
import { readAnomalyFindings } from '../src/insights/anomaly-findings.ts'
import { findChurn } from '../src/insights/churn.ts'
import { readContacts } from '../src/insights/contacts-evidence.ts'
import { findDrivers } from '../src/insights/drivers.ts'
import { findIssueTrends } from '../src/insights/issue-trends.ts'
import { readMarginal } from '../src/insights/marginal-evidence.ts'
import { readDriverTests } from '../src/insights/read-drivers.ts'
import { readPlaybook } from '../src/insights/read-playbook.ts'
import { readProcessFindings } from '../src/insights/read-process-findings.ts'
import { readTopics } from '../src/insights/read-topics.ts'
import { findSegments } from '../src/insights/segments.ts'
import { findSignals } from '../src/insights/signals.ts'
import { readStaffing } from '../src/insights/staffing-evidence.ts'
import { readSurvival } from '../src/insights/survival-evidence.ts'
import { valueFrom } from '../src/insights/value.ts'
import { readValue } from '../src/insights/value-evidence.ts'
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
import { assertBuilt, withFiles } from './fixture.ts'
import { answerOf, markdownTable, median, ms, program, ratio, readSettings, report } from './measure.ts'
import { readScans, scanByKey, scanOf } from './scans.ts'
import { type Statement, spentOn, timing } from './statements.ts'

/**
 * What each insight costs over a million cases: its time, its statements, and each of these against a plain aggregate scan of what it
 * reads.
 */
interface Insight {
  name: string
  ask(context: MetricContext, project: Awaited<ReturnType<typeof readProject>>): Promise<unknown>
}

/** One line an insight. */
const insights: Insight[] = [
  { name: 'actions', ask: askPlaybook },
  {
    name: 'drivers',
    ask: async (context) => findDrivers(await readDriverTests({ metric: 'csat' }, context), context.words),
  },
  {
    name: 'signals',
    ask: async (context) => findSignals(await readDriverTests({ metric: 'csat' }, context), context.words),
  },
  { name: 'churn', ask: (context) => findChurn({ customers: 20 }, context) },
  { name: 'value', ask: async (context) => valueFrom(await readValue(context), context.words) },
  { name: 'value and frequency', ask: findValueFrequency },
  { name: 'segments', ask: findSegments },
  { name: 'contacts', ask: readContacts },
  { name: 'topics', ask: (context) => readTopics({ of: 'cases', contrast: { by: 'csat' } }, context) },
  { name: 'issue trends', ask: (context) => findIssueTrends(context) },
  { name: 'anomalies', ask: readAnomalyFindings },
  { name: 'survival, customers', ask: (context) => readSurvival({ about: 'customers' }, context) },
  { name: 'survival, reply', ask: (context) => readSurvival({ about: 'reply' }, context) },
  { name: 'survival, resolution', ask: (context) => readSurvival({ about: 'resolution' }, context) },
  { name: 'process', ask: (context) => readProcessFindings({}, context) },
  { name: 'staffing', ask: (context) => readStaffing(context, { byMarket: false, keep: [] }) },
  { name: 'one agent more', ask: (context) => readMarginal(context, {}) },
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

const header = [
  '',
  'total, ms',
  'processor, ms',
  'outside SQL',
  'statements',
  'most, ms',
  'plain scan of',
  'its ms',
  'most / scan',
  'median / scan',
]

/** A statement above it is listed by itself. */
const smallMultiple = 20

await report(async () => {
  const settings = readSettings({ rows: 1_000_000, pairs: 1 })
  assertBuilt()
  await withFiles('experience', settings, async ({ folder, files, says }) => {
    const environment = { XDG_CACHE_HOME: join(folder, 'cache') }
    await answerOf([program, 'query', 'cases', '--files', ...files], environment)
    const { rows, dear } = await measureInsights({ files, environment })
    console.log(`## insights\n\n${says}; processor time over all threads; one run, one statement at a time.\n`)
    console.log(markdownTable(header, rows))
    if (dear.length === 0) return
    console.log(`\nStatements above ${smallMultiple} times their scan:\n`)
    console.log(markdownTable(['', 'processor, ms', 'times', 'times by key', 'reads', 'statement'], dear))
  })
})

async function measureInsights(given: Parameters<typeof readProject>[0]): Promise<Record<'rows' | 'dear', string[][]>> {
  const project = await readProject(given)
  const version = await openVersion(project)
  const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, 'en')])
  const rows: string[][] = []
  const dear: string[][] = []
  for (const { name, ask } of insights) {
    const taken: Statement[] = []
    const context = metricContext(
      { project, version: { ...version, store: timing(version.store, taken) }, catalogue, words },
      { personalData: 'mask', language: 'en' },
    )
    const total = await spentOn(() => ask(context, project))
    const scans = await readScans(version.store)
    const each = taken.map((statement) => {
      const scan = scanOf(statement, scans)
      return { statement, scan, times: scan ? statement.processor / scan.processor : 0 }
    })
    const [most] = each.toSorted((a, b) => b.times - a.times)
    rows.push([
      name,
      ms(total.passed),
      ms(total.processor),
      ms(total.processor - taken.reduce((sum, { processor }) => sum + processor, 0)),
      String(taken.length),
      most ? ms(most.statement.processor) : '–',
      most?.scan?.name ?? '–',
      most?.scan ? ms(most.scan.processor) : '–',
      most ? ratio(most.times) : '–',
      taken.length > 0 ? ratio(median(each.map(({ times }) => times))) : '–',
    ])
    for (const { statement, scan, times } of each.filter((one) => one.times > smallMultiple)) {
      const key = scanByKey(statement, scans)
      const byKey = key ? ratio(statement.processor / key.processor) : '–'
      dear.push([name, ms(statement.processor), ratio(times), byKey, scan?.name ?? '', headOf(statement.text)])
    }
    process.stderr.write(`${name}: ${ms(total.passed)} ms\n`)
  }
  await version.close()
  return { rows, dear }
}

function headOf(text: string): string {
  return `\`${text.replace(/[\s|`]+/g, ' ').slice(0, 120)}\``
}
