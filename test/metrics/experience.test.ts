import { basename } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { generate } from '../../src/generate/generate.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { FrameRow, MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { builtFrom } from '../flow/built.ts'
import { type Reader, readerOfFiles, temporaryFolder } from '../generate/reading.ts'
import { contextOf } from './fixture.ts'

/** Who stays, of a source without holdings: the metrics beside plain SQL over the generated files. */
const folder = temporaryFolder()
let context: MetricContext
let raw: Reader

beforeAll(async () => {
  const { files } = await generate('experience', { rows: 4000, out: folder })
  raw = await readerOfFiles(Object.fromEntries(files.map(({ path }) => [basename(path, '.csv'), path])))
  const { store } = await builtFrom(...files.map(({ path }) => path))
  context = await contextOf(store, { asOf: '2025-06-29T23:59:59Z' })
}, 120_000)

const read = (row: FrameRow | undefined, metric: string): number | null => (row![metric] as MetricCell).value

test('customers, leavings and what stays', async () => {
  const metrics = ['customers', 'current_customers', 'lost_customers', 'retention_rate', 'churn_rate']
  const { rows } = await runQuery({ metrics }, context)
  const [all, left] = (await raw.row('SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM churns)')).map(
    Number,
  )
  const found = metrics.map((metric) => read(rows[0], metric))
  expect(left).toBeGreaterThan(50)
  expect(found.slice(0, 3)).toEqual([all, all! - left!, left])
  expect(found[3]).toBeCloseTo(1 - left! / all!, 9)
  expect(found[4]).toBeCloseTo(left! / all!, 9)
})

test('by segment and by month, who was there on the evening before', async () => {
  const months = { range: { from: '2025-03-01', to: '2025-05-31' }, grain: 'month' as const }
  const { rows } = await runQuery({ metrics: ['current_customers', 'churn_rate'], by: ['segment'], ...months }, context)
  const told = await raw.rows(`SELECT segment || ' ' || strftime(m, '%Y-%m'),
    count(*) FILTER (WHERE joined < m + INTERVAL 1 MONTH AND coalesce(gone >= m + INTERVAL 1 MONTH, TRUE)),
    count(*) FILTER (WHERE joined < m AND gone >= m AND gone < m + INTERVAL 1 MONTH) / count(*) FILTER (WHERE joined < m AND coalesce(gone >= m, TRUE))
  FROM (SELECT segment, CAST(joined_on AS DATE) AS joined, CAST(churned_on AS DATE) AS gone FROM customers LEFT JOIN churns USING (customer_id)),
    range(TIMESTAMP '2025-03-01', TIMESTAMP '2025-06-01', INTERVAL 1 MONTH) AS months(m) GROUP BY segment, m ORDER BY 1`)
  const found = rows
    .map((row) => [
      `${String(row.segment)} ${(row.period as unknown as { start: string }).start.slice(0, 7)}`,
      read(row, 'current_customers'),
      read(row, 'churn_rate'),
    ])
    .toSorted(([a], [b]) => String(a).localeCompare(String(b)))
  expect(found).toHaveLength(12)
  expect(found.map(([key, there]) => [key, there])).toEqual(told.map(([key, there]) => [key, Number(there)]))
  for (const [at, [key, , rate]] of found.entries()) expect(rate, String(key)).toBeCloseTo(Number(told[at]![2]), 9)
})

test('without holdings the number of active customers is refused, and says what to read instead', async () => {
  const { rows } = await runQuery({ metrics: ['active_customers'] }, context)
  const { refused } = rows[0]!.active_customers as MetricCell
  expect(refused).toMatchObject({ missing: ['holdings.customer', 'holdings.opened_on'] })
  expect(refused?.fix).toContain('Current customers')
})
