import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Held, Store } from './store.ts'

/** Tables by name, each as it stands after FROM. */
export type Tables<Name extends string> = Readonly<Record<Name, Sql>>

/** Statements that build on each other: each reads those before it, wherever they stand. */
export type Steps<Name extends string> = Readonly<Record<Name, (of: Tables<Name>) => Sql>>

/** All steps at the head of one statement: for one question that is asked in SQL. */
export function stepsWithin<Name extends string>(steps: Steps<Name>): { tables: Tables<Name>; head: Sql } {
  const names = Object.keys(steps) as Name[]
  const tables = Object.fromEntries(names.map((name) => [name, raw(name)])) as Tables<Name>
  const parts = names.map((name) => sql`${raw(name)} AS MATERIALIZED (${steps[name](tables)})`)
  return { tables, head: sql`WITH ${join(parts, ',\n')}\n` }
}

/** All steps kept aside: for many questions over the same rows. */
export async function holdSteps<Name extends string, Answer>(
  steps: Steps<Name>,
  store: Store,
  ask: (tables: Tables<Name>) => Promise<Answer>,
): Promise<Answer> {
  const held: Held[] = []
  const tables = {} as Record<Name, Sql>
  try {
    for (const name of Object.keys(steps) as Name[]) {
      const each = await store.hold(steps[name](tables))
      held.push(each)
      tables[name] = each.table
    }
    return await ask(tables)
  } finally {
    await Promise.all(held.map(({ release }) => release()))
  }
}
