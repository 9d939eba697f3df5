import { RapportError } from '../errors.ts'

/**
 * Every operation that a catalogue or the planner may use, with DuckDB's SQL as the default. Another engine is a table of
 * overrides (`Dialect`), so what differs is read in one place and a misspelled operation does not compile.
 */
export interface Operation {
  /** Fewest and most arguments. */
  args: [number, number]
  aggregate?: true
  /** Arguments are SQL; the result is SQL that can stand as an argument in turn. */
  sql: (...args: string[]) => string
}

const infix = (symbol: string): Operation => ({ args: [2, 2], sql: (a, b) => `(${a} ${symbol} ${b})` })
const call = (name: string, min: number, max = min): Operation => ({
  args: [min, max],
  sql: (...args) => `${name}(${args.join(', ')})`,
})
const aggregate = (min: number, max: number, sql: Operation['sql']): Operation => ({
  args: [min, max],
  aggregate: true,
  sql,
})

export const ops = {
  eq: infix('='),
  ne: infix('<>'),
  lt: infix('<'),
  le: infix('<='),
  gt: infix('>'),
  ge: infix('>='),
  and: infix('AND'),
  or: infix('OR'),
  not: { args: [1, 1], sql: (a) => `(NOT ${a})` },
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: { args: [2, 2], sql: (a, b) => `(CAST(${a} AS DOUBLE) / NULLIF(${b}, 0))` },
  negate: { args: [1, 1], sql: (a) => `(- ${a})` },
  is_null: { args: [1, 1], sql: (a) => `(${a} IS NULL)` },
  is_not_null: { args: [1, 1], sql: (a) => `(${a} IS NOT NULL)` },
  in_list: { args: [2, 999], sql: (a, ...list) => `(${a} IN (${list.join(', ')}))` },
  between: { args: [3, 3], sql: (a, low, high) => `(${a} BETWEEN ${low} AND ${high})` },

  coalesce: call('coalesce', 1, 99),
  nullif: call('nullif', 2),
  least: call('least', 2, 99),
  greatest: call('greatest', 2, 99),
  abs: call('abs', 1),
  round: call('round', 1, 2),
  floor: call('floor', 1),
  ln: call('ln', 1),
  sqrt: call('sqrt', 1),

  lower: call('lower', 1),
  upper: call('upper', 1),
  trim: call('trim', 1),
  length: call('length', 1),
  concat: { args: [1, 99], sql: (...args) => `(${args.join(' || ')})` },
  contains: call('contains', 2),
  starts_with: call('starts_with', 2),
  /** Patterns run in the engine (RE2 in DuckDB), never in JavaScript: a hostile pattern cannot hang it. */
  matches: call('regexp_matches', 2),
  replace: call('replace', 3),
  /** E-mail addresses and telephone numbers inside a text, blotted out. */
  mask_contacts: {
    args: [1, 1],
    sql: (a) =>
      `regexp_replace(regexp_replace(${a}, '[^\\s@<>"'',;:()]+@[^\\s@<>"'',;:()]+\\.[^\\s@<>"'',;:()]+', '•••', 'g'), '\\+?\\(?\\d[\\d\\s().\\-/]{5,}\\d', '•••', 'g')`,
  },
  /** Lower case without accents, to compare what people wrote. */
  fold_text: { args: [1, 1], sql: (a) => `lower(strip_accents(${a}))` },
  /** Letters alone, folded; placeholders, tags, links and addresses left out: one print for texts that differ in nothing else. */
  text_print: {
    args: [1, 1],
    sql: (a) =>
      `translate(regexp_replace(lower(strip_accents(${a})), '\\{[^{}]{0,80}\\}+|\\[\\[[^\\]]{0,80}\\]\\]|<[^<>]{0,200}>|https?://\\S+|\\S{1,64}@\\S+', '', 'g'), ' 0123456789.,;:!?()[]{}/\\"''\`-_+*=#@&%$€£|~^°«»“”’‘–—…•' || chr(9) || chr(10) || chr(13) || chr(160), '')`,
  },
  /** Which of the words that a pattern's first group lists a text has, each once. */
  words_among: { args: [2, 2], sql: (a, pattern) => `list_distinct(regexp_extract_all(${a}, ${pattern}, 1))` },
  /** A subject line without reply marks, case and numbers, so that those of one thing are alike; NULL where nothing is left. */
  plain_subject: {
    args: [1, 1],
    sql: (a) =>
      `nullif(trim(regexp_replace(regexp_replace(regexp_replace(lower(${a}), '^\\s*((re|fw|fwd|tr|aw|wg|rv)\\s*:\\s*)+', ''), '[#(\\[]*\\d+[)\\]]*', '#', 'g'), '\\s+', ' ', 'g')), '')`,
  },
  /** A short, stable name for a text: keeps personal data out of ids. */
  digest: { args: [1, 1], sql: (a) => `left(md5(${a}), 16)` },

  to_text: { args: [1, 1], sql: (a) => `CAST(${a} AS VARCHAR)` },
  to_integer: { args: [1, 1], sql: (a) => `TRY_CAST(${a} AS BIGINT)` },
  to_number: { args: [1, 1], sql: (a) => `TRY_CAST(${a} AS DOUBLE)` },
  to_boolean: { args: [1, 1], sql: (a) => `TRY_CAST(${a} AS BOOLEAN)` },
  to_date: {
    args: [1, 2],
    sql: (a, format) => (format ? `CAST(try_strptime(${a}, ${format}) AS DATE)` : `TRY_CAST(${a} AS DATE)`),
  },
  to_timestamp: {
    args: [1, 2],
    sql: (a, format) => (format ? `try_strptime(${a}, ${format})` : `TRY_CAST(${a} AS TIMESTAMP)`),
  },
  /** Naive local time of a zone to naive UTC, and back. */
  to_utc: { args: [2, 2], sql: (a, zone) => `CAST(timezone(${zone}, ${a}) AT TIME ZONE 'UTC' AS TIMESTAMP)` },
  to_local: { args: [2, 2], sql: (a, zone) => `timezone(${zone}, timezone('UTC', ${a}))` },
  date_of: { args: [1, 1], sql: (a) => `CAST(${a} AS DATE)` },
  hour_of: { args: [1, 1], sql: (a) => `extract('hour' FROM ${a})` },
  weekday_of: { args: [1, 1], sql: (a) => `extract('isodow' FROM ${a})` },
  day: { args: [1, 1], sql: (a) => `CAST(${a} AS DATE)` },
  week: { args: [1, 1], sql: (a) => `CAST(date_trunc('week', ${a}) AS DATE)` },
  month: { args: [1, 1], sql: (a) => `CAST(date_trunc('month', ${a}) AS DATE)` },
  quarter: { args: [1, 1], sql: (a) => `CAST(date_trunc('quarter', ${a}) AS DATE)` },
  year: { args: [1, 1], sql: (a) => `CAST(date_trunc('year', ${a}) AS DATE)` },
  /** Whole seconds from `a` to `b`: never `datediff('minute')`, which counts boundaries. */
  seconds_between: { args: [2, 2], sql: (a, b) => `CAST(epoch(${b}) - epoch(${a}) AS BIGINT)` },
  add_seconds: { args: [2, 2], sql: (a, s) => `(${a} + to_seconds(${s}))` },
  add_days: { args: [2, 2], sql: (a, days) => `CAST(${a} + to_days(CAST(${days} AS INTEGER)) AS DATE)` },
  add_months: { args: [2, 2], sql: (a, months) => `CAST(${a} + to_months(CAST(${months} AS INTEGER)) AS DATE)` },
  /** Calendar months, whatever the day. */
  months_between: { args: [2, 2], sql: (a, b) => `date_diff('month', CAST(${a} AS DATE), CAST(${b} AS DATE))` },
  days_between: { args: [2, 2], sql: (a, b) => `date_diff('day', CAST(${a} AS DATE), CAST(${b} AS DATE))` },
  /** By JSON pointer: a path in `$."..."` form cannot hold a key with a quote. */
  json_field: {
    args: [2, 2],
    sql: (a, key) => `json_extract_string(${a}, '/' || replace(replace(${key}, '~', '~0'), '/', '~1'))`,
  },
  row_hash: { args: [1, 9999], sql: (...args) => `hash(${args.join(', ')})` },

  count: aggregate(0, 1, (a) => `count(${a ?? '*'})`),
  /** Not by FILTER: that computes every part of a condition for every row, CASE only what the parts before leave open. */
  count_if: aggregate(1, 1, (a) => `count(CASE WHEN ${a} THEN 1 END)`),
  count_distinct: aggregate(1, 1, (a) => `count(DISTINCT ${a})`),
  /** Different whole numbers, those from 0 to 62 as bits: within each of many small groups several times as fast as a set of values. */
  count_codes: aggregate(1, 1, (a) => {
    const small = `${a} BETWEEN 0 AND 62`
    const bits = `bit_count(bit_or(CASE WHEN ${small} THEN CAST(1 AS BIGINT) << CAST(${a} AS BIGINT) END))`
    return `(coalesce(${bits}, 0) + count(DISTINCT ${a}) FILTER (WHERE NOT (${small})))`
  }),
  /** As DOUBLE: a stored HUGEINT sum is thirty times slower to add up again. */
  sum: aggregate(1, 1, (a) => `CAST(sum(${a}) AS DOUBLE)`),
  avg: aggregate(1, 1, (a) => `avg(${a})`),
  min: aggregate(1, 1, (a) => `min(${a})`),
  max: aggregate(1, 1, (a) => `max(${a})`),
  variance: aggregate(1, 1, (a) => `var_samp(${a})`),
  /** Of the population, in one pass and around running means: large offsets cost no digits. */
  covariance: aggregate(2, 2, (a, b) => `covar_pop(${a}, ${b})`),
  quantile: aggregate(2, 2, (a, p) => `quantile_cont(${a}, ${p})`),
  any_value: aggregate(1, 1, (a) => `any_value(${a})`),
  /** The value of `a` in the row with the largest `b`. */
  latest: aggregate(2, 2, (a, b) => `arg_max(${a}, ${b})`),
} satisfies Record<string, Operation>

export type Op = keyof typeof ops

/** How an engine does an operation otherwise, only approximately, or not at all. */
export type Override = { sql: Operation['sql']; exact?: false } | { unsupported: string }

export interface Dialect {
  name: string
  overrides: Partial<Record<Op, Override>>
}

export function isOp(name: string): name is Op {
  return Object.hasOwn(ops, name)
}

/** `operate` on an engine that is known. */
export type Operate = (op: Op, ...args: string[]) => string

export function operateOn(dialect: Dialect): Operate {
  return (op, ...args) => operate(dialect, op, ...args)
}

/** The SQL of one operation on one engine. An operation that the engine cannot do throws with the way out. */
export function operate(dialect: Dialect, op: Op, ...args: string[]): string {
  const override = dialect.overrides[op]
  if (!override) return (ops[op] as Operation).sql(...args)
  if ('unsupported' in override) {
    throw new RapportError({
      code: 'operation-unsupported',
      message: `${dialect.name} cannot do ${op}.`,
      fix: override.unsupported,
    })
  }
  return override.sql(...args)
}
