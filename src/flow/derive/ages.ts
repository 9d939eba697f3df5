import { sql } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/** A source that knows the day of birth says how old its customers were when it was written: at its newest event. */
export const ages: DeriveStep = {
  name: 'ages',
  async run({ store, newest }) {
    const customers = (await filledColumns(store)).get('customers')
    if (!customers?.has('birth_on')) return []
    const at = await newest()
    if (at === null) return []
    await makeColumns(store, 'customers', ['age'])
    const day = sql`CAST(${at.slice(0, 10)} AS DATE)`
    await store.run(
      sql`UPDATE cx.customers SET age = date_sub('year', birth_on, ${day}) WHERE age IS NULL AND birth_on <= ${day}`,
    )
    return []
  },
}
