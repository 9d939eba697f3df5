import { columnNamed } from '../../model/tables.ts'
import { compileExpression, type Expression } from '../../sql/expression.ts'
import { quoteIdentifier } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'

/** Rows of a table with the rows that its links lead to: a link is joined when an expression follows it, and no row becomes two. */
export interface JoinedRows {
  sql(expression: Expression): string
  /** Compile the expressions first. */
  from(): string
}

export function rowsOf(store: Store, table: string): JoinedRows {
  const joins = new Map<string, string>()
  const column = (path: string[]): string => {
    let [alias, at] = [table, table]
    for (const [index, name] of path.entries()) {
      const own = `${quoteIdentifier(alias)}.${quoteIdentifier(name)}`
      if (index === path.length - 1) return own
      at = columnNamed(at, name)?.refers ?? ''
      alias = path.slice(0, index + 1).join('_')
      joins.set(
        alias,
        `LEFT JOIN "cx".${quoteIdentifier(at)} AS ${quoteIdentifier(alias)} ON ${quoteIdentifier(alias)}."id" = ${own}`,
      )
    }
    return 'NULL'
  }
  return {
    sql: (expression) => compileExpression(expression, { dialect: store.dialect, column }),
    from: () => [`"cx".${quoteIdentifier(table)} AS ${quoteIdentifier(table)}`, ...joins.values()].join('\n'),
  }
}

/** Further counts among the rows that a check finds. */
export function countsSql(rows: JoinedRows, counts: Record<string, Expression>, where: string): string {
  return Object.entries(counts)
    .map(
      ([name, expression]) =>
        `, count(*) FILTER (WHERE ${where} AND ${rows.sql(expression)}) AS ${quoteIdentifier(name)}`,
    )
    .join('')
}

export function countsOf(row: Row, counts: Record<string, Expression>): Record<string, number> {
  return Object.fromEntries(Object.keys(counts).map((name) => [name, Number(row[name])]))
}
