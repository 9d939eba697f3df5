import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generate } from '../../src/generate/generate.ts'
import { findChurn } from '../../src/insights/churn.ts'
import { raw } from '../../src/sql/sql.ts'
import { builtFrom } from '../flow/built.ts'
import { contextOf } from '../metrics/fixture.ts'

/** The public wealth manager's export; given beside the repository, never inside it. */
const folder = join(import.meta.dirname, '../../../shared/data/wealth')
const hasWealth = existsSync(folder)
if (!hasWealth) console.log(`Skipped: the wealth manager's export is not at ${folder}.`)

const names =
  'account_balances advisors benchmark_roi_table customers engagement enrollments market_data products retention service_interactions'
const filesIn = (where: string) => names.split(' ').map((name) => join(where, `${name}.csv`))

async function churnOf(files: string[]) {
  const { store } = await builtFrom(...files)
  const [version] = await store.rows(raw("SELECT strftime(as_of, '%Y-%m-%dT%H:%M:%SZ') AS as_of FROM cx.versions"))
  return findChurn({ customers: 5 }, await contextOf(store, { asOf: String(version?.as_of) }))
}

test.skipIf(!hasWealth)(
  'of 1,000 customers of the wealth manager too few left all that they held: no risk is shown',
  async () => {
    const answer = await churnOf(filesIn(folder))
    expect('refused' in answer && answer.refused).toMatch(/^No risks of leaving: \d+ customers left .* it takes 50/)
  },
  60_000,
)

test('generated customers leave after unresolved cases: that more cases go with leaving is found, by folds, which is said', async () => {
  const made = mkdtempSync(join(tmpdir(), 'rapport-churn-'))
  try {
    const { files } = await generate('wealth', { rows: 4000, out: made })
    const answer = await churnOf(files.map(({ path }) => path))
    if ('refused' in answer) throw new Error(answer.refused)
    expect(answer.validation.by).toBe('folds')
    expect(answer.sentence).toContain('too few days or leavings')
    const cases = answer.drivers.find(({ column }) => column === 'cases')!
    expect([cases.real, cases.odds.low > 1]).toEqual([true, true])
    // Ten leavings for each thing that is learnt.
    expect(answer.drivers.length).toBeLessThanOrEqual(7)
    expect(answer.limits.join(' ')).toContain('customers.balance')
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}, 120_000)
