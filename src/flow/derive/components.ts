import { raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'

/** Each round at least halves what is left of a chain: more are never needed for what fits on a disk. */
const mostRounds = 64

/**
 * Gives each record in `links(left, right)` the smallest id that it is connected with, in `labels(id, label)`. Per round a record takes the
 * smallest label of its neighbours, its label takes theirs, and a label is replaced by its own: a chain of a million is done in some
 * twenty rounds, each a few joins that spill. Answers whether it came to rest.
 */
export async function labelComponents(store: Store, links: string, labels: string): Promise<boolean> {
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _ways AS
SELECT "left" AS a, "right" AS b FROM ${links} UNION ALL SELECT "right", "left" FROM ${links}`),
  )
  await store.run(raw(`CREATE OR REPLACE TEMP TABLE ${labels} AS SELECT DISTINCT a AS id, a AS label FROM _ways`))
  let resting = false
  for (let round = 0; round < mostRounds && !resting; round++) {
    await store.run(
      raw(`CREATE OR REPLACE TEMP TABLE _offers AS SELECT id, min(label) AS label FROM (
  SELECT id, label FROM ${labels}
  UNION ALL SELECT a, near.label FROM _ways JOIN ${labels} AS near ON near.id = b
  UNION ALL SELECT own.label, near.label FROM _ways JOIN ${labels} AS own ON own.id = a JOIN ${labels} AS near ON near.id = b)
GROUP BY id`),
    )
    await store.run(
      raw(`CREATE OR REPLACE TEMP TABLE _labelled AS
SELECT own.id, jump.label FROM _offers AS own JOIN _offers AS jump ON jump.id = own.label`),
    )
    const [moved] = await store.rows(
      raw(
        `SELECT count(*) AS n FROM _labelled AS later JOIN ${labels} AS before USING (id) WHERE later.label <> before.label`,
      ),
    )
    resting = Number(moved?.n ?? 0) === 0
    await store.run(raw(`CREATE OR REPLACE TEMP TABLE ${labels} AS SELECT id, label FROM _labelled`))
  }
  for (const table of ['_ways', '_offers', '_labelled']) await store.run(sql`DROP TABLE IF EXISTS ${raw(table)}`)
  return resting
}
