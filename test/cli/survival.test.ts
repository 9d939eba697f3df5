import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NoFindings } from '../../src/insights/finding.ts'
import type { Survival } from '../../src/insights/survival.ts'
import type { PageView } from '../../src/pages/view.ts'
import { raw } from '../../src/sql/sql.ts'
import { emptyModel } from '../metrics/fixture.ts'
import { json, makeFolder, published, removeFolder, run, serve } from './command.ts'

/** The public wealth manager's export; given beside the repository, never inside it. */
const wealth = join(import.meta.dirname, '../../../shared/data/wealth')
const names = ['customers', 'enrollments', 'retention', 'account_balances', 'products', 'service_interactions']
const paths = names.map((each) => join(wealth, `${each}.csv`))
const files = ['--files', ...paths, '--yes']

let folder: string
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => removeFolder(folder))

/** Who joined when and left when, from the files alone, then the product limit as a running product: no code of ours. */
const plain = `WITH kept AS (
  SELECT e.customer_id, e.product_id, max(CASE WHEN r.recovered_flag = 'No' THEN r.churn_date END) AS gone
  FROM read_csv('${wealth}/enrollments.csv') AS e
  LEFT JOIN read_csv('${wealth}/retention.csv') AS r ON r.customer_id = e.customer_id AND r.product_id = e.product_id AND r.churn_date >= e.enrollment_date
  GROUP BY ALL),
lost AS (SELECT customer_id, CASE WHEN bool_and(gone IS NOT NULL) THEN max(gone) END AS left_on FROM kept GROUP BY customer_id),
lives AS (SELECT c.customer_segment AS segment, left_on IS NOT NULL AS gone,
  date_diff('day', c.enrollment_date, coalesce(left_on, DATE '2024-10-01')) AS days
  FROM read_csv('${wealth}/customers.csv') AS c JOIN lost USING (customer_id))
SELECT l.days, (SELECT count(*) FROM lives AS r WHERE r.days >= l.days) AS at_risk, count(*) AS events
FROM lives AS l WHERE gone GROUP BY l.days ORDER BY l.days`

describe.skipIf(!existsSync(wealth))("customers of a wealth manager's export", () => {
  test('the curve is the one that plain SQL counts', async () => {
    const found = await json<Survival>(['insights', 'survival', 'customers', '--by', 'segment', ...files], { folder })
    const store = await emptyModel()
    const rows = await store.rows(raw(plain))
    await store.close()
    let share = 1
    const steps = rows.map((row) => {
      share *= 1 - Number(row.events) / Number(row.at_risk)
      return [Number(row.days) * 86_400, Number(row.at_risk), Number(share.toFixed(10))]
    })
    expect(found.whole.points.map(({ time, at_risk, value }) => [time, at_risk, Number(value.toFixed(10))])).toEqual(
      steps,
    )
    expect([found.whole.n, found.whole.events]).toEqual([1000, 21])
    expect(found.whole.median.value).toBeNull()
    expect(found.curves.map(({ label, n, events }) => [label, n, events])).toEqual([
      ['Mass Market', 626, 15],
      ['Affluent', 245, 6],
      ['High Net Worth', 82, 0],
      ['Ultra High Net Worth', 47, 0],
    ])
  }, 120_000)

  test('no segment is said to stay longer: the difference is chance', async () => {
    const answer = await json<Survival & { findings: unknown[] }>(['insights', 'survival', 'customers', ...files], {
      folder,
    })
    expect(answer.findings).toEqual([])
    expect(answer.tests.every(({ q }) => q > 0.05)).toBe(true)
  }, 120_000)

  test('on the page, as a picture and as a table', async () => {
    const { get, stop } = await serve(['open', ...paths, '--yes'], { folder })
    try {
      const { view: page } = await get<{ view: PageView }>('/api/pages/clients')
      const tile = page.tiles.find(({ id }) => id === 'survival')!
      expect(tile.state).toBe('ok')
      expect(tile.figure?.chart).toBe('survival')
      expect(tile.reading).toContain('21 of 1,000 customers have left.')
      expect(tile.table?.columns.map(({ id }) => id)).toEqual(['group', 'after', 'at_risk', 'share', 'low', 'high'])
      expect(tile.table!.rows.length).toBeGreaterThan(12)
    } finally {
      await stop()
    }
  }, 120_000)
})

describe.skipIf(!existsSync(published))('the published tickets', () => {
  test('without a date of creation nothing is drawn, and the field is named', async () => {
    for (const about of ['reply', 'resolution']) {
      const found = await json<NoFindings>(['insights', 'survival', about, '--files', published, '--yes'], { folder })
      expect(found.missing).toEqual(['cases.created_at'])
      expect(found.refused).toContain('do not say when a case was created')
    }
  }, 120_000)
})

test('what is no such question is refused', async () => {
  const { code, stderr } = await run(['insights', 'survival', 'profit'], { folder })
  expect(code).toBe(2)
  expect(stderr).toContain('reply, resolution, customers')
})
