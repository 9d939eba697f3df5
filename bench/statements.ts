import { type Sql, shown } from '../src/sql/sql.ts'
import type { Store } from '../src/store/store.ts'

/** Processor time, over all threads, beside the time that passed: a busy machine lengthens the second alone. */
export interface Spent {
  passed: number
  processor: number
}

export async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const begun = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { passed: performance.now() - begun, processor: (user + system) / 1000 }
}

/** A statement that was run, and what it reads. */
export interface Statement extends Spent {
  text: string
  /** Tables of the model; those of rows that were kept aside count for whoever reads these. */
  tables: string[]
  /** Whether it reads what people wrote. */
  written: boolean
}

/**
 * A store that times each statement. One runs at a time, so that each is timed by itself; nothing is remembered from one insight to the
 * next, as what is remembered belongs to a store.
 */
export function timing(store: Store, taken: Statement[]): Store {
  const aside = new Map<string, Pick<Statement, 'tables' | 'written'>>()
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(statement: Sql, run: () => Promise<T>): Promise<T> => {
    const next = last.then(async () => {
      let answer: T | undefined
      const spent = await spentOn(async () => {
        answer = await run()
      })
      const text = shown(statement)
      taken.push({ ...spent, text, ...readBy(text, aside) })
      return answer as T
    })
    last = next.catch(() => undefined)
    return next
  }
  return {
    ...store,
    rows: (statement) => inTurn(statement, () => store.rows(statement)),
    run: (statement) => inTurn(statement, () => store.run(statement)),
    hold: async (statement) => {
      const held = await inTurn(statement, () => store.hold(statement))
      aside.set(held.name, readBy(shown(statement), aside))
      return held
    },
  }
}

function readBy(
  text: string,
  aside: ReadonlyMap<string, Pick<Statement, 'tables' | 'written'>>,
): Pick<Statement, 'tables' | 'written'> {
  const kept = [...aside].flatMap(([name, reads]) => (text.includes(name) ? [reads] : []))
  const named = [...text.matchAll(/\bcx"?\."?(\w+)"?/g)].map(([, table]) => table!)
  return {
    tables: [...new Set([...named, ...kept.flatMap(({ tables }) => tables)])],
    written: /"(subject|description|comment|body)"/.test(text) || kept.some(({ written }) => written),
  }
}
