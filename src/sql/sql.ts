import { isDay } from '../calendar.ts'

/** What a statement may carry as a parameter. Dates go as ISO text and are cast in SQL. */
export type Value = string | number | bigint | boolean | null

/** A piece of SQL whose values stay apart from its text until an engine numbers them. */
export interface Sql {
  readonly strings: readonly string[]
  readonly values: readonly Value[]
}

const isSql = (part: unknown): part is Sql => typeof part === 'object' && part !== null && 'strings' in part

/** `sql\`... ${value} ...\`` : a nested piece is spliced, anything else becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...parts: (Sql | Value)[]): Sql {
  const texts: string[] = [strings[0] ?? '']
  const values: Value[] = []
  parts.forEach((part, index) => {
    const after = strings[index + 1] ?? ''
    if (isSql(part)) {
      texts[texts.length - 1] += part.strings[0] ?? ''
      part.values.forEach((value, at) => {
        values.push(value)
        texts.push(part.strings[at + 1] ?? '')
      })
      texts[texts.length - 1] += after
    } else {
      values.push(part)
      texts.push(after)
    }
  })
  return { strings: texts, values }
}

/** Text that is known to be SQL: compiled expressions, keywords. Never anything that came from a request or a file. */
export function raw(text: string): Sql {
  return { strings: [text], values: [] }
}

/** A quoted identifier. */
export function ident(...path: string[]): Sql {
  return raw(path.map(quoteIdentifier).join('.'))
}

export function join(pieces: Sql[], separator = ', '): Sql {
  return pieces.reduce((all, piece, index) => (index === 0 ? piece : sql`${all}${raw(separator)}${piece}`), raw(''))
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A literal, for constants of the catalogue and for the SQL that is shown to people. */
export function literal(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (typeof value === 'number' && !Number.isFinite(value)) return 'NULL'
  return String(value)
}

/** A day, `2026-01-31`, as SQL; anything else never becomes text of a statement. */
export function dayLiteral(day: string): string {
  if (!isDay(day)) throw new RangeError(`"${day}" is no day; pass 2026-01-31.`)
  return `CAST('${day}' AS DATE)`
}

/** Numbered for an engine: `$1`, `$2`, ... */
export function numbered(statement: Sql): { text: string; values: Value[] } {
  const text = statement.strings.reduce((all, part, index) => (index === 0 ? part : `${all}$${index}${part}`), '')
  return { text, values: [...statement.values] }
}

/** With its values written in: to read and to paste, never to run. */
export function shown(statement: Sql): string {
  return statement.strings.reduce(
    (all, part, index) => (index === 0 ? part : `${all}${literal(statement.values[index - 1] ?? null)}${part}`),
    '',
  )
}
