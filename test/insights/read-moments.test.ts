import { expect, test } from 'vitest'
import { readMoments } from '../../src/insights/read-moments.ts'
import { raw } from '../../src/sql/sql.ts'
import { momentsOf } from '../../src/stats/moments.ts'
import { emptyModel } from '../metrics/fixture.ts'

test('the engine and TypeScript agree, rows with a gap left out, large offsets and all', async () => {
  const store = await emptyModel()
  const rows = Array.from({ length: 50 }, (_, i) => [1e9 + Math.sin(i), i % 7, Math.sqrt(i) - 3])
  const values = [...rows.map((row) => `(${row.join(', ')})`), '(NULL, 900, 1)', '(5, 900, NULL)'].join(', ')
  const names = ['a', 'b', 'c']
  const read = await readMoments(store, raw(`SELECT * FROM (VALUES ${values}) AS "v"("a", "b", "c")`), names)
  const counted = momentsOf(names, rows)
  expect(read.n).toBe(50)
  for (const [i, mean] of counted.mean.entries()) expect(read.mean[i]).toBeCloseTo(mean, 6)
  for (const [i, row] of counted.covariance.entries())
    for (const [j, each] of row.entries()) expect(read.covariance[i]![j]).toBeCloseTo(each, 6)
  await store.close()
})
