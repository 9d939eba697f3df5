import { raw } from '../src/sql/sql.ts'
import type { Store } from '../src/store/store.ts'
import { median } from './measure.ts'
import { type Spent, type Statement, spentOn } from './statements.ts'

/** What one writes to look at a table as a whole: a plain aggregate by a column of few values. */
const plain: Record<string, string> = {
  cases: 'SELECT channel, count(*), avg(epoch(solved_at) - epoch(created_at)) FROM cx.cases GROUP BY 1',
  touchpoints: 'SELECT channel, count(*), avg(epoch(started_at)) FROM cx.touchpoints GROUP BY 1',
  customers: 'SELECT gender, count(*), avg(age) FROM cx.customers GROUP BY 1',
  surveys: 'SELECT kind, count(*), avg(score) FROM cx.surveys GROUP BY 1',
  revenues: 'SELECT currency, count(*), avg(amount) FROM cx.revenues GROUP BY 1',
  case_events: 'SELECT activity, count(*), avg(epoch("at")) FROM cx.case_events GROUP BY 1',
}

/** The same with a group for each customer or case: what a question about each of them reads at least. */
const byKey: Record<string, string> = {
  cases:
    'SELECT count(*), max(n) FROM (SELECT customer, count(*) AS n, avg(epoch(solved_at) - epoch(created_at)) FROM cx.cases GROUP BY 1)',
  touchpoints:
    'SELECT count(*), max(n) FROM (SELECT customer, count(*) AS n, avg(epoch(started_at)) FROM cx.touchpoints GROUP BY 1)',
  customers: 'SELECT count(*), max(n) FROM (SELECT id, count(*) AS n, avg(age) FROM cx.customers GROUP BY 1)',
  surveys: 'SELECT count(*), max(n) FROM (SELECT customer, count(*) AS n, avg(score) FROM cx.surveys GROUP BY 1)',
  revenues: 'SELECT count(*), max(n) FROM (SELECT customer, count(*) AS n, avg(amount) FROM cx.revenues GROUP BY 1)',
  case_events:
    'SELECT count(*), max(n) FROM (SELECT "case", count(*) AS n, avg(epoch("at")) FROM cx.case_events GROUP BY 1)',
}

/** The same of what people wrote. */
const written: Record<string, string> = {
  cases: 'SELECT avg(length(description)) FROM cx.cases',
  surveys: 'SELECT avg(length(comment)) FROM cx.surveys',
}

export interface Scan extends Spent {
  /** Of which table, and of which kind. */
  name: string
}

/** The scans that this version can answer, each the median of five, warm. */
export async function readScans(store: Store): Promise<Map<string, Scan>> {
  const scans = new Map<string, Scan>()
  for (const [kind, all] of Object.entries({ plain, key: byKey, text: written })) {
    for (const [table, text] of Object.entries(all)) {
      const spent = await spentOnScan(text, store).catch(() => null)
      if (spent) scans.set(`${table} ${kind}`, { name: kind === 'text' ? `text of ${table}` : table, ...spent })
    }
  }
  return scans
}

async function spentOnScan(text: string, store: Store): Promise<Spent> {
  const scan = () => spentOn(() => store.rows(raw(text)))
  await scan()
  const all: Spent[] = []
  for (let run = 0; run < 5; run++) all.push(await scan())
  return {
    passed: median(all.map(({ passed }) => passed)),
    processor: median(all.map(({ processor }) => processor)),
  }
}

/** What a statement is held against: a scan of each table that it reads, of its text where it reads text; null for none of them. */
export function scanOf({ tables, written }: Statement, scans: ReadonlyMap<string, Scan>): Scan | null {
  return sumOf(tables.map((table) => (written ? scans.get(`${table} text`) : undefined) ?? scans.get(`${table} plain`)))
}

/** The same with a group a customer or a case. */
export function scanByKey({ tables }: Statement, scans: ReadonlyMap<string, Scan>): Scan | null {
  return sumOf(tables.map((table) => scans.get(`${table} key`)))
}

function sumOf(scans: (Scan | undefined)[]): Scan | null {
  const found = scans.filter((scan) => scan !== undefined)
  if (found.length === 0) return null
  return {
    name: found.map(({ name }) => name).join(', '),
    passed: found.reduce((sum, { passed }) => sum + passed, 0),
    processor: found.reduce((sum, { processor }) => sum + processor, 0),
  }
}
